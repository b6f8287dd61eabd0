#include "host/import/yaml.h"

#include <fmt/format.h>
#include <yaml.h>

#include <map>

namespace remit {

namespace {

/// An event that frees itself.
struct Event {
    yaml_event_t raw{};
    Event() = default;
    ~Event() { yaml_event_delete(&raw); }
    Event(const Event&) = delete;
    Event& operator=(const Event&) = delete;
    size_t line() const { return raw.start_mark.line + 1; }
};

std::string_view text_of(const yaml_char_t* bytes, size_t size) { return {reinterpret_cast<const char*>(bytes), size}; }

/// An unquoted scalar by YAML 1.2's core schema; what is nothing else is text.
Json plain(std::string_view text) {
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    const bool like_number = text[0] == '-' || (text[0] >= '0' && text[0] <= '9');
    if (like_number) {
        Json number = Json::parse(text, nullptr, false);
        if (number.is_number()) return number;
    }
    return std::string(text);
}

size_t nodes_of(const Json& value) {
    if (!value.is_structured()) return 1;
    size_t count = 1;
    for (const Json& child : value) count += nodes_of(child);
    return count;
}

class YamlReader {
public:
    explicit YamlReader(std::string_view text) {
        ready_ = yaml_parser_initialize(&parser_) == 1;
        if (ready_)
            yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
    }
    ~YamlReader() {
        if (ready_) yaml_parser_delete(&parser_);
    }
    YamlReader(const YamlReader&) = delete;
    YamlReader& operator=(const YamlReader&) = delete;

    Result<Json> read() {
        Json root;
        if (!ready_) return Failure{"out of memory"};
        const bool whole = skip_to(YAML_DOCUMENT_START_EVENT) && value(root, 0) && skip_to(YAML_DOCUMENT_END_EVENT);
        if (!whole) return Failure{error_.empty() ? "no document" : error_};
        Event next;
        if (!take(next)) return Failure{error_};
        if (next.raw.type != YAML_STREAM_END_EVENT)
            return Failure{fmt::format("line {}: a second document", next.line())};
        return root;
    }

private:
    bool fail(size_t line, std::string_view why) {
        if (error_.empty()) error_ = fmt::format("line {}: {}", line, why);
        return false;
    }
    bool take(Event& event) {
        if (yaml_parser_parse(&parser_, &event.raw) == 1) return true;
        return fail(parser_.problem_mark.line + 1, parser_.problem != nullptr ? parser_.problem : "not YAML");
    }
    bool skip_to(yaml_event_type_t wanted) {
        while (true) {
            Event event;
            if (!take(event) || event.raw.type == YAML_STREAM_END_EVENT) return false;
            if (event.raw.type == wanted) return true;
        }
    }
    bool value(Json& out, int depth) {
        Event event;
        return take(event) && value(out, event, depth);
    }
    bool value(Json& out, const Event& event, int depth) {
        if (depth > kMaxYamlDepth) return fail(event.line(), fmt::format("nests deeper than {}", kMaxYamlDepth));
        if (++nodes_ > kMaxYamlNodes) return fail(event.line(), "too large");
        switch (event.raw.type) {
            case YAML_SCALAR_EVENT: return scalar(out, event);
            case YAML_SEQUENCE_START_EVENT: return sequence(out, event, depth);
            case YAML_MAPPING_START_EVENT: return mapping(out, event, depth);
            case YAML_ALIAS_EVENT: return alias(out, event);
            case YAML_NO_EVENT:
            case YAML_STREAM_START_EVENT:
            case YAML_STREAM_END_EVENT:
            case YAML_DOCUMENT_START_EVENT:
            case YAML_DOCUMENT_END_EVENT:
            case YAML_SEQUENCE_END_EVENT:
            case YAML_MAPPING_END_EVENT: return fail(event.line(), "a value is missing");
        }
        return fail(event.line(), "a value is missing");
    }
    bool scalar(Json& out, const Event& event) {
        const auto& data = event.raw.data.scalar;
        const std::string_view text = text_of(data.value, data.length);
        if (data.tag != nullptr && std::string_view(reinterpret_cast<const char*>(data.tag)) != "tag:yaml.org,2002:str")
            return fail(event.line(), "tags are not supported");
        const bool quoted = data.style != YAML_PLAIN_SCALAR_STYLE || data.tag != nullptr;
        out = quoted ? Json(std::string(text)) : plain(text);
        return anchored(data.anchor, out);
    }
    bool sequence(Json& out, const Event& start, int depth) {
        out = Json::array();
        while (true) {
            Event event;
            if (!take(event)) return false;
            if (event.raw.type == YAML_SEQUENCE_END_EVENT) return anchored(start.raw.data.sequence_start.anchor, out);
            Json item;
            if (!value(item, event, depth + 1)) return false;
            out.push_back(std::move(item));
        }
    }
    bool mapping(Json& out, const Event& start, int depth) {
        out = Json::object();
        while (true) {
            Event key;
            if (!take(key)) return false;
            if (key.raw.type == YAML_MAPPING_END_EVENT) return anchored(start.raw.data.mapping_start.anchor, out);
            if (key.raw.type != YAML_SCALAR_EVENT) return fail(key.line(), "a key that is no scalar");
            const std::string name(text_of(key.raw.data.scalar.value, key.raw.data.scalar.length));
            if (out.contains(name)) return fail(key.line(), fmt::format("the key `{}` comes twice", name));
            Json member;
            if (!value(member, depth + 1)) return false;
            out[name] = std::move(member);
        }
    }
    bool alias(Json& out, const Event& event) {
        const auto found = anchors_.find(reinterpret_cast<const char*>(event.raw.data.alias.anchor));
        if (found == anchors_.end()) return fail(event.line(), "an alias of nothing before it");
        nodes_ += nodes_of(found->second);
        if (nodes_ > kMaxYamlNodes) return fail(event.line(), "too large, with its aliases");
        out = found->second;
        return true;
    }
    bool anchored(const yaml_char_t* anchor, const Json& value) {
        if (anchor != nullptr) anchors_[reinterpret_cast<const char*>(anchor)] = value;
        return true;
    }

    yaml_parser_t parser_{};
    bool ready_ = false;
    size_t nodes_ = 0;
    std::map<std::string, Json> anchors_;
    std::string error_;
};

}  // namespace

Result<Json> read_yaml(std::string_view text) { return YamlReader(text).read(); }

}  // namespace remit
