#include <nlohmann/json.hpp>

#include "tests/differential/oracle_request.h"

namespace remit::oracle {

namespace {

/// Builds a Json from the library's events, because its own tree rounds numbers and drops duplicate keys.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    Json root;

    bool null() override { return add({}); }
    bool boolean(bool b) override {
        Json j;
        j.kind = Json::Kind::Bool;
        j.flag = b;
        return add(std::move(j));
    }
    bool number_integer(number_integer_t n) override { return add_text(Json::Kind::Number, std::to_string(n)); }
    bool number_unsigned(number_unsigned_t n) override { return add_text(Json::Kind::Number, std::to_string(n)); }
    bool number_float(number_float_t, const string_t& text) override { return add_text(Json::Kind::Number, text); }
    bool string(string_t& text) override { return add_text(Json::Kind::String, text); }
    bool binary(binary_t&) override { return false; }
    bool start_object(size_t) override { return open(Json::Kind::Object); }
    bool key(string_t& text) override {
        open_.back().keys.push_back(text);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(size_t) override { return open(Json::Kind::Array); }
    bool end_array() override { return close(); }
    bool parse_error(size_t, const std::string&, const nlohmann::detail::exception&) override { return false; }

private:
    bool add_text(Json::Kind kind, std::string text) {
        Json j;
        j.kind = kind;
        j.text = std::move(text);
        return add(std::move(j));
    }
    bool add(Json j) {
        if (open_.empty())
            root = std::move(j);
        else
            open_.back().items.push_back(std::move(j));
        return true;
    }
    bool open(Json::Kind kind) {
        open_.emplace_back();
        open_.back().kind = kind;
        return true;
    }
    bool close() {
        Json done = std::move(open_.back());
        open_.pop_back();
        return add(std::move(done));
    }
    std::vector<Json> open_;
};

}  // namespace

const Json* Json::find(std::string_view key) const {
    for (size_t i = 0; i < keys.size(); ++i)
        if (keys[i] == key) return &items[i];
    return nullptr;
}

const std::string* Json::string_at(std::string_view key) const {
    const Json* j = find(key);
    return j && j->kind == Kind::String ? &j->text : nullptr;
}

std::optional<Json> read_json(std::string_view text) {
    Builder builder;
    if (!nlohmann::json::sax_parse(text, &builder)) return std::nullopt;
    return std::move(builder.root);
}

bool repeats_a_key(const Json& json) {
    std::set<std::string> seen(json.keys.begin(), json.keys.end());
    if (seen.size() != json.keys.size()) return true;
    for (const Json& item : json.items)
        if (repeats_a_key(item)) return true;
    return false;
}

}  // namespace remit::oracle
