// A request in JSON, said again as a typed call, and the two answers side by side.
#pragma once

#include <memory>
#include <string>

#include "tests/differential/generate.h"
#include "vm/engine/call.h"

namespace remit::oracle {

enum class Engine { Interpreter, Native };

/// Null if the policy does not compile, or there is no such engine in this build.
std::shared_ptr<const Policy> policy_of(const Bundle& files, Engine engine);

/// One Call for all requests, so that what a request leaves behind would show in the next.
class TypedSubject {
public:
    explicit TypedSubject(std::shared_ptr<const Policy> policy);

    enum class Result { Same, Different, Unsayable };
    /// Unsayable: signatures, labels of elements, and whatever is no request at all go by JSON alone.
    Result compare(const std::string& request_json, Random& random, std::string& difference);

private:
    std::shared_ptr<const Policy> policy_;
    Decider decider_;
    Call call_;
    JsonReader reader_;
    Arena arena_;
};

}  // namespace remit::oracle
