// A request as the oracle reads it: JSON kept as text and order (so that decimals stay exact and duplicate keys can be seen), and the
// arguments typed by the declared parameters.
#pragma once

#include "tests/differential/oracle.h"

namespace remit::oracle {

struct Json {
    enum class Kind : uint8_t { Null, Bool, Number, String, Array, Object } kind = Kind::Null;
    bool flag = false;
    std::string text;               // String; Number as written
    std::vector<std::string> keys;  // Object
    std::vector<Json> items;        // Array; Object
    const Json* find(std::string_view key) const;
    const std::string* string_at(std::string_view key) const;  // null unless it is a string
};
std::optional<Json> read_json(std::string_view text);
bool repeats_a_key(const Json& json);  // anywhere below

struct LabelText {
    std::vector<std::string> sources;
    std::optional<std::string> data_class;
};

/// What a decision looks at. `root` is a JSON object with an object `call`.
struct Request {
    Json root;
    const Json* call = nullptr;
    const Json* session = nullptr;  // may be missing: then null
    const Json* state = nullptr;
    const Json* context = nullptr;
    ToolRef tool;
    Val args;                        // a record with all declared parameters; what is not there is an error value
    std::set<std::string> supplied;  // arguments that the request itself gives
    std::map<std::string, LabelText> labels;
    std::vector<std::string> roles;  // closed under inclusion
    int64_t time = 0;
};

/// Reads the request. Adds what stops the decision, and what only denies, to the two sets; the request is usable if nothing stops.
void read_request(const Model& model, std::string_view text, Request& request, std::set<std::string>& stops,
                  std::set<std::string>& denials);

/// A JSON value as a value of the declared type. Nothing when it does not fit.
std::optional<Val> read_value(const Model& model, const ast::File& file, const ast::TypeExpr& type, const Json& json);
/// The fields of a record, parameters or fact. Nothing when something does not fit, is missing or unknown.
std::optional<Val> read_fields(const Model& model, const ast::File& file, const std::vector<ast::Field>& fields,
                               const Json& json);

/// A command's fields (oracle_command.cpp); all of them errors if it is not understood, nothing if it is neither text nor words.
std::optional<Val> read_command(const Json& json);

Val symbol_value(const Model& model, const std::string& vocabulary,
                 const std::string& word);  // an error if there is none
std::set<std::string> closed_roles(const Model& model, const std::vector<std::string>& roles);

}  // namespace remit::oracle
