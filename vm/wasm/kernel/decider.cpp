#include "vm/wasm/kernel/without_exceptions.h"

#include "vm/engine/decider.cpp"
