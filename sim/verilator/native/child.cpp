// SPDX-License-Identifier: Apache-2.0
// The child process: frames in on one pipe, frames out on another (sim/protocol/frames.ts has the other end). stdout
// and stderr stay free for whatever foreign code prints. A request is two words, operation and length in words, and the
// words themselves; a reply is length, status and the words.
#include "kiln.h"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fcntl.h>
#include <memory>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

namespace kiln {
namespace {

enum Operation : uint32_t { kSettle = 1, kStep, kBlock, kStreams, kEventText, kWave };

struct Closed {};

// Waits for a pipe, at first awake: a cycle by cycle test answers within microseconds, while a processor that has gone to
// sleep takes tens of them to come back.
class Wait {
public:
    Wait(int fd, BusySince* busy, short what) : fd_(fd), busy_(busy), what_(what) {}

    void once() {
        const auto now = std::chrono::steady_clock::now();
        if (spins_++ == 0) end_ = now + std::chrono::microseconds(100);
        if (now < end_) {
            sched_yield();
            return;
        }
        pollfd waited{fd_, what_, 0};
        busy_->store(0);
        poll(&waited, 1, -1);
        busy_->store(milliseconds());
    }

private:
    int fd_;
    BusySince* busy_;
    short what_;
    uint32_t spins_ = 0;
    std::chrono::steady_clock::time_point end_;
};

class Pipe {
public:
    Pipe(int fd, BusySince* busy) : fd_(fd), busy_(busy) {
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
#ifdef F_SETPIPE_SZ
        fcntl(fd, F_SETPIPE_SZ, 1 << 20); // fewer switches between the processes in blocks and streams
#endif
    }

    // What is there, at least one byte.
    size_t some(void* into, size_t most) {
        for (Wait wait(fd_, busy_, POLLIN);; wait.once()) {
            const ssize_t got = ::read(fd_, into, most);
            if (got > 0) return static_cast<size_t>(got);
            if (got == 0) throw Closed();
            if (errno != EAGAIN && errno != EINTR) throw Closed();
        }
    }

    void write(const void* data, size_t bytes) {
        const char* from = static_cast<const char*>(data);
        for (Wait wait(fd_, busy_, POLLOUT); bytes > 0;) {
            const ssize_t put = ::write(fd_, from, bytes);
            if (put > 0) {
                from += put;
                bytes -= static_cast<size_t>(put);
            } else if (errno != EAGAIN && errno != EINTR) {
                throw Closed();
            } else {
                wait.once();
            }
        }
    }

private:
    int fd_;
    BusySince* busy_;
};

class Reader {
public:
    explicit Reader(Pipe& pipe) : pipe_(pipe), buffer_(1 << 18) {}

    void read(void* into, size_t bytes) {
        char* to = static_cast<char*>(into);
        while (bytes > 0) {
            if (begin_ == end_) {
                if (bytes >= buffer_.size()) {
                    const size_t got = pipe_.some(to, bytes);
                    to += got;
                    bytes -= got;
                    continue;
                }
                begin_ = 0;
                end_ = pipe_.some(buffer_.data(), buffer_.size());
            }
            const size_t take = end_ - begin_ < bytes ? end_ - begin_ : bytes;
            std::memcpy(to, buffer_.data() + begin_, take);
            begin_ += take;
            to += take;
            bytes -= take;
        }
    }

private:
    Pipe& pipe_;
    std::vector<char> buffer_;
    size_t begin_ = 0, end_ = 0;
};

class Child : Heartbeat {
public:
    Child(int in, int out, BusySince* busy)
        : busy_(busy), in_(in, busy), out_(out, busy), reader_(in_), io_(size_t{shape.inputWords} + shape.outputWords), driven_(shape.inputWords),
          runner_(makeModel(), io_.data(), driven_.data(), &status_) {
        runner_.heartbeat = this;
    }

    void serve() {
        for (;;) {
            uint32_t head[2];
            reader_.read(head, sizeof head);
            beat();
            if (head[0] == kBlock) {
                block(head[1]);
                continue;
            }
            request_.resize(head[1]);
            if (!request_.empty()) reader_.read(request_.data(), request_.size() * 4);
            perform(head[0]);
        }
    }

    void beat() override { busy_->store(milliseconds()); }

private:
    void perform(uint32_t operation) {
        const size_t inputBytes = size_t{shape.inputWords} * 4;
        switch (operation) {
        case kSettle:
            std::memcpy(io_.data(), request_.data(), inputBytes);
            runner_.settle();
            return reply(io_.data() + shape.inputWords, shape.outputWords);
        case kStep:
            runner_.step(request_.data() + 3, request_[0] | uint64_t{request_[1]} << 32, request_[2]);
            return; // no reply: the next settle tells
        case kStreams: {
            std::memcpy(io_.data(), request_.data(), inputBytes);
            const auto parts = runner_.streams(request_.data() + shape.inputWords);
            size_t total = 0;
            for (const auto& part : parts) total += part.size();
            const uint32_t head[2] = {static_cast<uint32_t>(total), status_};
            out_.write(head, sizeof head);
            for (const auto& part : parts) out_.write(part.data(), part.size() * 4);
            busy_->store(0);
            return;
        }
        case kEventText: return text(runner_.takeEvents());
        case kWave: {
            const std::string path(reinterpret_cast<const char*>(request_.data() + 3), request_[2]);
            const uint32_t good = runner_.wave(path, request_[0] | uint64_t{request_[1]} << 32);
            return reply(&good, 1);
        }
        default: throw Closed();
        }
    }

    // Rows are worked on while others are still on their way in or out.
    void block(size_t cycles) {
        const size_t widest = shape.inputWords > shape.outputWords ? shape.inputWords : shape.outputWords;
        const size_t most = 1 + (1 << 14) / (widest + 1);
        rowsIn_.resize(most * shape.inputWords);
        rowsOut_.resize(most * shape.outputWords);
        for (size_t left = cycles; left > 0;) {
            const size_t rows = left < most ? left : most;
            reader_.read(rowsIn_.data(), rows * shape.inputWords * 4);
            runner_.block(rowsIn_.data(), rowsOut_.data(), rows);
            out_.write(rowsOut_.data(), rows * shape.outputWords * 4);
            left -= rows;
        }
        reply(nullptr, 0);
    }

    void text(const std::string& characters) {
        std::vector<uint32_t> words(1 + (characters.size() + 3) / 4);
        words[0] = static_cast<uint32_t>(characters.size());
        std::memcpy(words.data() + 1, characters.data(), characters.size());
        reply(words.data(), words.size());
    }

    void reply(const uint32_t* words, size_t count) {
        answer_.resize(2 + count);
        answer_[0] = static_cast<uint32_t>(count);
        answer_[1] = status_;
        if (count > 0) std::memcpy(answer_.data() + 2, words, count * 4);
        out_.write(answer_.data(), answer_.size() * 4);
        busy_->store(0);
    }

    BusySince* busy_;
    Pipe in_, out_;
    Reader reader_;
    std::vector<uint32_t> io_, driven_, request_, answer_, rowsIn_, rowsOut_;
    uint32_t status_ = 0;
    Runner runner_;
};

} // namespace
} // namespace kiln

extern "C" int kiln_child_main(int in, int out, kiln::BusySince* busy) {
    auto child = std::make_unique<kiln::Child>(in, out, busy);
    try {
        child->serve();
    } catch (const kiln::Closed&) {
    }
    return 0;
}
