// SPDX-License-Identifier: Apache-2.0
// Stream drivers and monitors as src/sim/engine.ts (StreamPlan) defines them. Everything is 32-bit words:
//   plan:    drivers, monitors, maxCycles (low, high), drain (low, high), then each driver, then each monitor
//   driver:  valid, ready, fields, fields x (offset, words), item words, count, stall, items
//   monitor: the same without items
//   stall:   kind (0 none, 1 random, 2 script), seed, threshold, elements, elements packed four to a word
//   result:  cycles (low, high), complete, drivers x sent, monitors x (count, at..., items...)
#include "kiln.h"

#include <cstring>
#include <utility>

namespace kiln {
namespace {

struct Stall {
    uint32_t kind, state, threshold, length, position = 0;
    const uint8_t* pattern;

    explicit Stall(const uint32_t*& plan) {
        kind = plan[0];
        state = plan[1];
        threshold = plan[2];
        length = plan[3];
        pattern = reinterpret_cast<const uint8_t*>(plan + 4);
        plan += 4 + (length + 3) / 4;
        if (length == 0 && kind == 2) kind = 0;
    }

    bool draw() {
        if (kind == 0) return false;
        if (kind == 1) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            return (state >> 16) < threshold;
        }
        const bool stall = pattern[position] != 0;
        if (++position == length) position = 0;
        return stall;
    }
};

// Payload ports that lie side by side are copied as one.
struct Run {
    uint32_t offset, words;
};

struct Stream {
    uint32_t valid, ready, itemWords, count;
    std::vector<Run> runs;

    explicit Stream(const uint32_t*& plan) {
        valid = *plan++;
        ready = *plan++;
        for (uint32_t fields = *plan++; fields > 0; --fields) {
            const uint32_t offset = *plan++;
            const uint32_t words = *plan++;
            if (!runs.empty() && runs.back().offset + runs.back().words == offset) {
                runs.back().words += words;
            } else if (words > 0) {
                runs.push_back({offset, words});
            }
        }
        itemWords = *plan++;
        count = *plan++;
    }
};

struct Driver : Stream {
    Stall stall;
    const uint32_t* item;
    uint32_t sent = 0;
    bool offering = false;

    explicit Driver(const uint32_t*& plan) : Stream(plan), stall(plan), item(plan) {
        plan += size_t{itemWords} * count;
    }

    void drive(uint32_t* io) {
        const bool stalled = stall.draw();
        if (offering || stalled || sent == count) return;
        offering = true;
        io[valid] = 1;
        const uint32_t* from = item;
        for (const Run& run : runs) {
            for (uint32_t i = 0; i < run.words; ++i) io[run.offset + i] = *from++;
        }
    }

    // True when this was the last item.
    bool sample(uint32_t* io) {
        if (!offering || io[ready] == 0) return false;
        offering = false;
        io[valid] = 0;
        item += itemWords;
        return ++sent == count;
    }
};

struct Monitor : Stream {
    Stall stall;
    uint32_t received = 0;
    std::vector<uint32_t> at;
    std::vector<uint32_t> items;

    explicit Monitor(const uint32_t*& plan) : Stream(plan), stall(plan) { hold(count); }

    void hold(size_t most) {
        at.resize(most);
        items.resize(most * itemWords);
    }

    void drive(uint32_t* io) { io[ready] = stall.draw() ? 0 : 1; }

    // True when this was the last item waited for.
    bool sample(const uint32_t* io, uint64_t cycle) {
        if (io[ready] == 0 || io[valid] == 0) return false;
        if (received == at.size()) hold(size_t{received} * 2 + 16);
        at[received] = static_cast<uint32_t>(cycle);
        uint32_t* to = items.data() + size_t{received} * itemWords;
        for (const Run& run : runs) {
            for (uint32_t i = 0; i < run.words; ++i) *to++ = io[run.offset + i];
        }
        return ++received == count;
    }
};

uint64_t wide(const uint32_t*& plan) {
    const uint64_t value = plan[0] | uint64_t{plan[1]} << 32;
    plan += 2;
    return value;
}

} // namespace

std::vector<std::vector<uint32_t>> Runner::streams(const uint32_t* plan) {
    const uint32_t driverCount = *plan++;
    const uint32_t monitorCount = *plan++;
    const uint64_t maxCycles = wide(plan);
    uint64_t drain = wide(plan);
    std::vector<Driver> drivers;
    std::vector<Monitor> monitors;
    uint32_t busy = 0; // streams that are not done
    for (uint32_t i = 0; i < driverCount; ++i) {
        drivers.emplace_back(plan);
        busy += drivers.back().count > 0;
        io_[drivers.back().valid] = 0;
    }
    for (uint32_t i = 0; i < monitorCount; ++i) {
        monitors.emplace_back(plan);
        busy += monitors.back().count > 0;
    }

    const uint32_t every = shape.domains >= 32 ? ~0u : (1u << shape.domains) - 1;
    uint64_t cycle = 0;
    guarded([&] {
        while (cycle < maxCycles && (busy > 0 || drain > 0)) {
            if (busy == 0) --drain;
            for (Driver& driver : drivers) driver.drive(io_);
            for (Monitor& monitor : monitors) monitor.drive(io_);
            model_->settle(io_, out_);
            for (Driver& driver : drivers) busy -= driver.sample(io_);
            for (Monitor& monitor : monitors) busy -= monitor.sample(io_, cycle);
            cycleAfterSettle(every);
            ++cycle;
        }
    });
    const bool complete = busy == 0;
    for (const Driver& driver : drivers) io_[driver.valid] = 0;
    for (const Monitor& monitor : monitors) io_[monitor.ready] = 0;

    std::vector<uint32_t> head{static_cast<uint32_t>(cycle), static_cast<uint32_t>(cycle >> 32), complete};
    for (const Driver& driver : drivers) head.push_back(driver.sent);
    std::vector<std::vector<uint32_t>> result{std::move(head)};
    for (Monitor& monitor : monitors) {
        monitor.hold(monitor.received);
        result.push_back({monitor.received});
        result.push_back(std::move(monitor.at));
        result.push_back(std::move(monitor.items));
    }
    return result;
}

} // namespace kiln
