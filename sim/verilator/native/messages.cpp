// SPDX-License-Identifier: Apache-2.0
// What Verilator's runtime calls when a model prints or ends. By default it writes to stdout and aborts the process.
#include "kiln.h"
#include "kiln_printf.h"

#include <cstdarg>
#include <cstdio>

namespace {
std::string at(const char* file, int line) {
    return file != nullptr && file[0] != '\0' ? std::string(" at ") + file + ':' + std::to_string(line) : "";
}
} // namespace

int kiln_printf(const char* format, ...) {
    std::va_list arguments;
    va_start(arguments, format);
    std::va_list again;
    va_copy(again, arguments);
    const int length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string text(length > 0 ? static_cast<size_t>(length) : 0, '\0');
    std::vsnprintf(&text[0], text.size() + 1, format, again);
    va_end(again);
    if (kiln::current != nullptr) {
        kiln::current->print(text);
    } else {
        std::fputs(text.c_str(), stderr);
    }
    return length;
}

void vl_finish(const char* file, int line, const char*) {
    if (kiln::current != nullptr) kiln::current->print("KILN-FINISH $finish" + at(file, line) + '\n');
}

void vl_stop(const char* file, int line, const char*) {
    if (kiln::current != nullptr) kiln::current->stopped("$stop or $fatal" + at(file, line));
}

void vl_fatal(const char* file, int line, const char*, const char* message) {
    throw kiln::Fatal{std::string(message) + at(file, line)};
}
