#include <nlohmann/json.hpp>

#include "vm/wasm/kernel/without_exceptions.h"

#pragma clang diagnostic ignored "-Wshadow"

namespace remit {
namespace {
const std::exception e;  // what a handler that never runs would be given
}
}  // namespace remit

#include "vm/engine/json.cpp"
