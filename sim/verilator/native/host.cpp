// SPDX-License-Identifier: Apache-2.0
// The child's executable. A model is one shared object, the same for the child and for Node; this opens it.
// Symbols of Node that the object refers to stay unresolved, since a child never calls them.
#include <cstdio>
#include <csignal>
#include <dlfcn.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: kiln-host MODEL (frames on descriptors 3 and 4)\n");
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL); // a hung model would not notice that Node is gone
#endif
    void* const model = dlopen(argv[1], RTLD_LAZY | RTLD_LOCAL);
    if (model == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    const auto run = reinterpret_cast<int (*)(int, int)>(dlsym(model, "kiln_child_main"));
    if (run == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        return 2;
    }
    return run(3, 4);
}
