// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

// What is the same for every model. Compiled once into the cache and linked to each; only the shim (shim.cpp.hbs),
// which knows the ports, is compiled with the model.
namespace kiln {

// A compiled model with its clocks low between calls.
class Model {
public:
    virtual ~Model() = default;
    // Drives the inputs, evaluates, samples the outputs.
    virtual void settle(const uint32_t* inputs, uint32_t* outputs) = 0;
    // Raises the clocks of the mask, evaluates, lowers them (the next settle evaluates that).
    virtual void edge(uint32_t mask) = 0;
    // Opens the wave file; false when the model was built without tracing.
    virtual bool openWave(const char* path) = 0;
    virtual void closeWave() = 0;
};

struct Shape {
    uint32_t inputWords;
    uint32_t outputWords;
    uint32_t domains;
    // The model may print or end itself, so that its messages must find their way.
    bool prints;
};

// Given by the shim.
Model* makeModel();
extern const Shape shape;

// Thrown through a model that Verilator has given up on (a loop that does not converge): it must not go on.
struct Fatal {
    std::string why;
};

enum Status : uint32_t { kEvents = 1, kStopped = 2 };

// Called now and then in long runs, so that the other side can tell work from a hang.
class Heartbeat {
public:
    virtual ~Heartbeat() = default;
    virtual void beat() = 0;
};

class Runner {
public:
    // `io`: input words, then output words. `driven`: the input words that the model has seen last.
    Runner(Model* model, uint32_t* io, uint32_t* driven, uint32_t* status);
    ~Runner();
    Runner(const Runner&) = delete;
    Runner& operator=(const Runner&) = delete;

    void settle();
    // `cycles` clock cycles with `inputs` held.
    void step(const uint32_t* inputs, uint64_t cycles, uint32_t mask);
    // One with the inputs as they were driven last.
    void stepDriven(uint32_t mask);
    void block(const uint32_t* inputs, uint32_t* outputs, size_t cycles);
    // A whole stream plan, see streams.cpp for the two formats. The result in parts, which can be large.
    std::vector<std::vector<uint32_t>> streams(const uint32_t* plan);
    // Traces from cycle `from` on into `path`; an empty path ends the trace.
    bool wave(const std::string& path, uint64_t from);
    std::string takeEvents();

    // From the model, during evaluation.
    void print(const std::string& text);
    void stopped(const std::string& why);

    Heartbeat* heartbeat = nullptr;

private:
    void cycleAfterSettle(uint32_t mask);
    void startWave();
    template <typename Work> void guarded(Work work);
    void drive();
    void note(const std::string& line);

    Model* model_;
    uint32_t* io_;
    uint32_t* out_;
    uint32_t* status_;
    uint32_t* driven_;
    bool settled_ = false;
    bool dead_ = false;
    uint64_t cycle_ = 0;
    uint64_t waveFrom_ = ~uint64_t{0};
    std::string wavePath_;
    std::string line_;
    std::string events_;
};

// Messages have no pointer to the model they come from: the runner at work on this thread receives them.
extern thread_local Runner* current;

template <typename Work> void Runner::guarded(Work work) {
    if (dead_) return;
    if (shape.prints) current = this;
    try {
        work();
    } catch (const Fatal& fatal) {
        dead_ = true;
        stopped(fatal.why);
    }
}

inline void Runner::cycleAfterSettle(uint32_t mask) {
    constexpr uint64_t kBeatEvery = 4096;
    if (cycle_ >= waveFrom_) startWave();
    model_->edge(mask);
    cycle_ += mask & 1;
    settled_ = false;
    if (heartbeat != nullptr && cycle_ % kBeatEvery == 0) heartbeat->beat();
}

} // namespace kiln

namespace kiln {

inline uint64_t milliseconds() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

// In memory shared with the process that watches: last sign of life of a model at work, 0 while it waits.
using BusySince = std::atomic<uint64_t>;

constexpr int kTimeoutExit = 124;

} // namespace kiln

// The program of the child process: serves frames until its input ends.
extern "C" int kiln_child_main(int in, int out, kiln::BusySince* busy);
