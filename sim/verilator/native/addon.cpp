// SPDX-License-Identifier: Apache-2.0
// The model inside Node. `create(shared)` makes an instance and gives its index; all other functions work on the one whose
// index is in `selected[0]`, since the fastest call is one without arguments to a function that is always the same.
// `shared` is an Uint32Array that both sides keep:
//   [input words][output words][input words as last driven][domain mask of a step not yet done, 0 for none][status]
// so that a clock cycle is one such call (see sim/verilator/inprocess.ts).
#include "kiln.h"

#define NAPI_VERSION 8
#include <node_api.h>

#include <cstring>
#include <memory>

namespace kiln {
namespace {

struct Instance {
    std::unique_ptr<Runner> runner;
    uint32_t* pendingMask;
    napi_ref shared;

    void flush() {
        if (*pendingMask == 0) return;
        const uint32_t mask = *pendingMask;
        *pendingMask = 0;
        runner->stepDriven(mask);
    }
};

// One for each thread of Node that loads the addon.
struct Addon {
    std::vector<std::unique_ptr<Instance>> instances;
    uint32_t* selected = nullptr;
};

struct Call {
    napi_env env;
    size_t count = 4;
    napi_value arguments[4];
    Addon* addon = nullptr;

    Call(napi_env e, napi_callback_info info) : env(e) {
        void* data = nullptr;
        napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
        addon = static_cast<Addon*>(data);
    }

    // With what it owes done; null, and an exception in JavaScript, when it is closed.
    Instance* instance() const {
        Instance* const chosen = addon->instances[*addon->selected].get();
        if (chosen == nullptr) napi_throw_error(env, nullptr, "the engine is closed");
        else chosen->flush();
        return chosen;
    }

    double number(size_t index) const {
        double value = 0;
        napi_get_value_double(env, arguments[index], &value);
        return value;
    }

    uint32_t* words(size_t index) const {
        void* data = nullptr;
        napi_get_typedarray_info(env, arguments[index], nullptr, nullptr, &data, nullptr, nullptr);
        return static_cast<uint32_t*>(data);
    }

    std::string text(size_t index) const {
        size_t length = 0;
        napi_get_value_string_utf8(env, arguments[index], nullptr, 0, &length);
        std::string value(length, '\0');
        napi_get_value_string_utf8(env, arguments[index], &value[0], length + 1, &length);
        return value;
    }
};

// The hot call: nothing is fetched but the addon.
napi_value settle(napi_env env, napi_callback_info info) {
    void* data = nullptr;
    napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
    Addon* const addon = static_cast<Addon*>(data);
    Instance* const instance = addon->instances[*addon->selected].get();
    if (instance == nullptr) {
        napi_throw_error(env, nullptr, "the engine is closed");
        return nullptr;
    }
    instance->flush();
    instance->runner->settle();
    return nullptr;
}

// step(inputs, cycles, mask)
napi_value step(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    instance->runner->step(call.words(0), static_cast<uint64_t>(call.number(1)), static_cast<uint32_t>(call.number(2)));
    return nullptr;
}

// block(inputs, outputs, cycles)
napi_value block(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    instance->runner->block(call.words(0), call.words(1), static_cast<size_t>(call.number(2)));
    return nullptr;
}

// streams(plan): result words
napi_value streams(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    const auto parts = instance->runner->streams(call.words(0));
    size_t total = 0;
    for (const auto& part : parts) total += part.size();
    void* data = nullptr;
    napi_value buffer;
    napi_value array;
    if (napi_create_arraybuffer(env, total * 4, &data, &buffer) != napi_ok) return nullptr;
    auto* to = static_cast<uint32_t*>(data);
    for (const auto& part : parts) {
        std::memcpy(to, part.data(), part.size() * 4);
        to += part.size();
    }
    napi_create_typedarray(env, napi_uint32_array, total, buffer, 0, &array);
    return array;
}

napi_value events(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    const std::string text = instance->runner->takeEvents();
    napi_value value;
    napi_create_string_utf8(env, text.c_str(), text.size(), &value);
    return value;
}

// wave(path, from): false when it cannot be written
napi_value wave(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    napi_value value;
    napi_get_boolean(env, instance->runner->wave(call.text(0), static_cast<uint64_t>(call.number(1))), &value);
    return value;
}

napi_value closeInstance(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    Instance* const instance = call.instance();
    if (instance == nullptr) return nullptr;
    instance->runner.reset(); // while the memory that it writes to is still held
    napi_delete_reference(env, instance->shared);
    call.addon->instances[*call.addon->selected].reset();
    return nullptr;
}

// create(shared): index
napi_value create(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    uint32_t* const shared = call.words(0);
    auto instance = std::make_unique<Instance>();
    uint32_t* const driven = shared + size_t{shape.inputWords} + shape.outputWords;
    instance->pendingMask = driven + shape.inputWords;
    napi_create_reference(env, call.arguments[0], 1, &instance->shared);
    instance->runner = std::make_unique<Runner>(makeModel(), shared, driven, instance->pendingMask + 1);
    call.addon->instances.push_back(std::move(instance));
    napi_value index;
    napi_create_uint32(env, static_cast<uint32_t>(call.addon->instances.size() - 1), &index);
    return index;
}

} // namespace
} // namespace kiln

NAPI_MODULE_INIT() {
    using namespace kiln;
    auto* const addon = new Addon; // as long as the process: engines may be closed by whoever ends last
    void* data = nullptr;
    napi_value buffer;
    napi_value selected;
    napi_ref kept;
    napi_create_arraybuffer(env, 4, &data, &buffer);
    napi_create_typedarray(env, napi_uint32_array, 1, buffer, 0, &selected);
    napi_create_reference(env, selected, 1, &kept);
    addon->selected = static_cast<uint32_t*>(data);
    napi_set_named_property(env, exports, "selected", selected);
    const struct {
        const char* name;
        napi_callback function;
    } functions[] = {{"create", create}, {"settle", settle}, {"step", step}, {"block", block},
                     {"streams", streams}, {"events", events}, {"wave", wave}, {"close", closeInstance}};
    for (const auto& each : functions) {
        napi_value function;
        napi_create_function(env, each.name, NAPI_AUTO_LENGTH, each.function, addon, &function);
        napi_set_named_property(env, exports, each.name, function);
    }
    return exports;
}
