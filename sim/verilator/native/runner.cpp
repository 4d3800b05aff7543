// SPDX-License-Identifier: Apache-2.0
#include "kiln.h"

#include <cstring>

namespace kiln {

thread_local Runner* current = nullptr;

namespace {
constexpr size_t kMaxEventBytes = 4u << 20; // a model that prints every cycle must not eat the memory
} // namespace

Runner::Runner(Model* model, uint32_t* io, uint32_t* driven, uint32_t* status)
    : model_(model), io_(io), out_(io + shape.inputWords), status_(status), driven_(driven) {}

Runner::~Runner() {
    current = this;
    try {
        model_->closeWave();
        delete model_;
    } catch (const Fatal&) {
    }
    current = nullptr; // nothing may find this runner any more
}

// Inputs are few words as a rule, for which loops are faster than the library's functions.
inline void Runner::drive() {
    model_->settle(io_, out_);
    for (uint32_t i = 0; i < shape.inputWords; ++i) driven_[i] = io_[i];
    settled_ = true;
}

static inline bool same(const uint32_t* a, const uint32_t* b) {
    for (uint32_t i = 0; i < shape.inputWords; ++i) {
        if (a[i] != b[i]) return false;
    }
    return true;
}

void Runner::settle() {
    if (settled_ && same(driven_, io_)) return;
    guarded([&] { drive(); });
}

void Runner::stepDriven(uint32_t mask) {
    guarded([&] {
        if (!settled_) model_->settle(driven_, out_);
        cycleAfterSettle(mask);
    });
}

void Runner::step(const uint32_t* inputs, uint64_t cycles, uint32_t mask) {
    guarded([&] {
        // A test that read the outputs of this cycle has settled it with these inputs already.
        const bool fresh = settled_ && same(driven_, inputs);
        for (uint64_t i = 0; i < cycles; ++i) {
            if (i > 0 || !fresh) model_->settle(inputs, out_);
            cycleAfterSettle(mask);
        }
    });
}

void Runner::block(const uint32_t* inputs, uint32_t* outputs, size_t cycles) {
    if (cycles == 0) return;
    const uint32_t every = shape.domains >= 32 ? ~0u : (1u << shape.domains) - 1;
    guarded([&] {
        for (size_t i = 0; i < cycles; ++i) {
            model_->settle(inputs + i * shape.inputWords, outputs + i * shape.outputWords);
            cycleAfterSettle(every);
        }
    });
    std::memcpy(io_, inputs + (cycles - 1) * shape.inputWords, size_t{shape.inputWords} * 4);
    std::memcpy(out_, outputs + (cycles - 1) * shape.outputWords, size_t{shape.outputWords} * 4);
}

bool Runner::wave(const std::string& path, uint64_t from) {
    if (path.empty()) {
        guarded([&] { model_->closeWave(); });
        waveFrom_ = ~uint64_t{0};
        return true;
    }
    wavePath_ = path;
    waveFrom_ = from;
    if (from > cycle_) return true;
    bool good = false;
    guarded([&] { good = model_->openWave(wavePath_.c_str()); });
    waveFrom_ = ~uint64_t{0};
    return good;
}

void Runner::startWave() {
    waveFrom_ = ~uint64_t{0};
    if (!model_->openWave(wavePath_.c_str())) note("cannot write waves: the model was built without them");
}

void Runner::note(const std::string& line) {
    if (events_.size() < kMaxEventBytes) events_ += std::to_string(cycle_) + ' ' + line + '\n';
    *status_ |= kEvents;
}

void Runner::print(const std::string& text) {
    for (const char c : text) {
        if (c != '\n') {
            line_ += c;
            continue;
        }
        note(line_);
        line_.clear();
    }
}

void Runner::stopped(const std::string& why) {
    if (!line_.empty()) print("\n");
    note("KILN-STOP " + why);
    *status_ |= kStopped;
}

std::string Runner::takeEvents() {
    *status_ &= ~uint32_t{kEvents};
    std::string taken;
    taken.swap(events_);
    return taken;
}

} // namespace kiln
