// SPDX-License-Identifier: Apache-2.0
// The model inside Node. `create(shared)` gives an instance; `shared` is an Uint32Array that both sides keep:
//   [input words][output words][input words of a step not yet done][its domain mask, 0 for none][status]
// so that a clock cycle is one call without arguments (see sim/verilator/inprocess.ts).
#include "kiln.h"

#define NAPI_VERSION 8
#include <node_api.h>

#include <cstring>
#include <memory>

namespace kiln {
namespace {

struct Instance {
    std::unique_ptr<Runner> runner;
    uint32_t* pending;
    uint32_t* pendingMask;

    void flush() {
        if (*pendingMask == 0) return;
        const uint32_t mask = *pendingMask;
        *pendingMask = 0;
        runner->step(pending, 1, mask);
    }
};

struct Call {
    napi_env env;
    size_t count = 4;
    napi_value arguments[4];
    Instance* instance = nullptr;

    Call(napi_env e, napi_callback_info info) : env(e) {
        void* data = nullptr;
        napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
        instance = static_cast<Instance*>(data);
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

    bool open() const {
        if (instance->runner) return true;
        napi_throw_error(env, nullptr, "the engine is closed");
        return false;
    }
};

// The hot call: no arguments are fetched.
napi_value settle(napi_env env, napi_callback_info info) {
    void* data = nullptr;
    napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
    Instance* const instance = static_cast<Instance*>(data);
    if (instance->runner) {
        instance->flush();
        instance->runner->settle();
    }
    return nullptr;
}

// step(inputs, cycles, mask)
napi_value step(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.open()) return nullptr;
    call.instance->flush();
    call.instance->runner->step(call.words(0), static_cast<uint64_t>(call.number(1)), static_cast<uint32_t>(call.number(2)));
    return nullptr;
}

// block(inputs, outputs, cycles)
napi_value block(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.open()) return nullptr;
    call.instance->flush();
    call.instance->runner->block(call.words(0), call.words(1), static_cast<size_t>(call.number(2)));
    return nullptr;
}

// streams(plan): result words
napi_value streams(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.open()) return nullptr;
    call.instance->flush();
    const std::vector<uint32_t> result = call.instance->runner->streams(call.words(0));
    void* data = nullptr;
    napi_value buffer;
    napi_value array;
    if (napi_create_arraybuffer(env, result.size() * 4, &data, &buffer) != napi_ok) return nullptr;
    std::memcpy(data, result.data(), result.size() * 4);
    napi_create_typedarray(env, napi_uint32_array, result.size(), buffer, 0, &array);
    return array;
}

napi_value events(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.open()) return nullptr;
    call.instance->flush();
    const std::string text = call.instance->runner->takeEvents();
    napi_value value;
    napi_create_string_utf8(env, text.c_str(), text.size(), &value);
    return value;
}

// wave(path, from): false when it cannot be written
napi_value wave(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (!call.open()) return nullptr;
    call.instance->flush();
    napi_value value;
    napi_get_boolean(env, call.instance->runner->wave(call.text(0), static_cast<uint64_t>(call.number(1))), &value);
    return value;
}

napi_value closeInstance(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    if (call.instance->runner) call.instance->flush();
    call.instance->runner.reset();
    return nullptr;
}

void finalize(napi_env, void* data, void*) { delete static_cast<Instance*>(data); }

napi_value create(napi_env env, napi_callback_info info) {
    const Call call(env, info);
    uint32_t* const shared = call.words(0);
    auto* const instance = new Instance;
    const size_t io = size_t{shape.inputWords} + shape.outputWords;
    instance->pending = shared + io;
    instance->pendingMask = instance->pending + shape.inputWords;
    instance->runner = std::make_unique<Runner>(makeModel(), shared, instance->pendingMask + 1);

    napi_value object;
    napi_create_object(env, &object);
    const struct {
        const char* name;
        napi_callback function;
    } methods[] = {{"settle", settle}, {"step", step}, {"block", block},         {"streams", streams},
                   {"events", events}, {"wave", wave}, {"close", closeInstance}};
    for (const auto& method : methods) {
        napi_value function;
        napi_create_function(env, method.name, NAPI_AUTO_LENGTH, method.function, instance, &function);
        // A method may outlive the object, and the memory must outlive the method.
        napi_set_named_property(env, function, "owner", object);
        napi_set_named_property(env, object, method.name, function);
    }
    napi_set_named_property(env, object, "shared", call.arguments[0]);
    napi_wrap(env, object, instance, finalize, nullptr, nullptr);
    return object;
}

} // namespace
} // namespace kiln

NAPI_MODULE_INIT() {
    napi_value function;
    napi_create_function(env, "create", NAPI_AUTO_LENGTH, kiln::create, nullptr, &function);
    napi_set_named_property(env, exports, "create", function);
    return exports;
}
