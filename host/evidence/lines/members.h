// What lines say of outcomes and of a call's context, read from JSON. What is unknown or of the wrong kind is an error.
#pragma once

#include <string>
#include <string_view>

#include "host/evidence/recorder/recorder.h"
#include "vm/engine/json.h"

namespace remit::evidence {

/// Keeps the first error.
class Members {
public:
    explicit Members(std::string where) : where_(std::move(where)) {}
    bool good() const { return error_.empty(); }
    const std::string& error() const { return error_; }
    void wrong(std::string_view what);
    void text(const Json& member, std::string_view& out);
    void text(const Json& member, std::string& out);
    int64_t number(const Json& member);  // not negative

private:
    std::string where_, error_;
};

/// `action` is filled in as soon as it is known, so that errors can name it. `out` refers to the JSON.
void read_outcome(const Json& root, Members& members, std::string& action, Outcome& out);
/// `out` refers to the JSON.
void read_context(const Json& root, Members& members, CallContext& out);

}  // namespace remit::evidence
