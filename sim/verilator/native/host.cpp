// SPDX-License-Identifier: Apache-2.0
// The child's executable: one process opens the model and serves frames, its parent watches it. A model that hangs can
// only be stopped from outside, and Node itself waits in a blocking read, which is the fastest way to wait.
//
// A model is one shared object, the same for this and for Node; the symbols of Node in it stay unresolved, since
// nothing here calls them.
#include "kiln.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <new>
#include <poll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace {

int serve(const char* path, kiln::BusySince* busy) {
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    std::signal(SIGPIPE, SIG_IGN);
    void* const model = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    using Main = int (*)(int, int, kiln::BusySince*);
    const auto run = model == nullptr ? nullptr : reinterpret_cast<Main>(dlsym(model, "kiln_child_main"));
    if (run == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    return run(3, 4, busy);
}

// Ends as the model's process ended, so that Node needs to look at one process only.
[[noreturn]] void endLike(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status)) std::exit(WEXITSTATUS(status));
    const rlimit noCore{0, 0};
    setrlimit(RLIMIT_CORE, &noCore);
    std::signal(WTERMSIG(status), SIG_DFL);
    kill(getpid(), WTERMSIG(status));
    std::exit(1);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: kiln-host MODEL TIMEOUT_MS (frames on descriptors 3 and 4)\n");
        return 2;
    }
    void* const page = mmap(nullptr, sizeof(kiln::BusySince), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int alive[2];
    if (page == MAP_FAILED || pipe(alive) != 0) return 2;
    auto* const busy = new (page) kiln::BusySince(0);
    const pid_t child = fork();
    if (child == 0) {
        close(alive[0]);
        return serve(argv[1], busy);
    }
    for (const int fd : {3, 4, alive[1]}) close(fd); // only the model may hold them, or Node never sees their end
    const uint64_t limit = std::strtoull(argv[2], nullptr, 10);
    for (;;) {
        pollfd end{alive[0], POLLIN, 0};
        if (poll(&end, 1, limit < 400 ? static_cast<int>(limit / 4) + 1 : 100) > 0) endLike(child);
        const uint64_t since = busy->load();
        if (since == 0 || kiln::milliseconds() - since < limit) continue;
        kill(child, SIGKILL);
        return kiln::kTimeoutExit;
    }
}
