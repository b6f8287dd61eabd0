#include "vm/engine/json.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

#include "vm/engine/json_plain.h"
#include "vm/program/limits.h"

namespace remit {

JsonReader::JsonReader() : plain_(std::make_unique<PlainJson>()) {}
JsonReader::~JsonReader() = default;

const Json* Json::find(std::string_view name) const {
    for (const Json& child : children())
        if (child.key == name) return &child;
    return nullptr;
}

/// The callbacks that nlohmann's parser makes; each returns false to stop.
class JsonSax {
public:
    explicit JsonSax(JsonReader& reader) : reader_(reader) {}
    bool null() { return reader_.add(Json{}); }
    bool boolean(bool value) {
        Json node;
        node.kind = JsonKind::Bool;
        node.truth = value;
        return reader_.add(node);
    }
    bool number_integer(int64_t value) { return number(std::to_string(value)); }
    bool number_unsigned(uint64_t value) { return number(std::to_string(value)); }
    bool number_float(double, const std::string& written) {
        std::string text = written;  // the decimal point is the locale's
        for (char& c : text)
            if (std::strchr("0123456789+-eE", c) == nullptr) c = '.';
        return number(text);
    }
    bool string(std::string& value) {
        Json node;
        node.kind = JsonKind::String;
        node.text = reader_.arena_->copy(value);
        return reader_.add(node);
    }
    bool binary(std::vector<uint8_t>&) { return false; }
    bool start_object(size_t) { return reader_.open(true); }
    bool end_object() { return reader_.close(true); }
    bool start_array(size_t) { return reader_.open(false); }
    bool end_array() { return reader_.close(false); }
    bool key(std::string& value) {
        reader_.key_ = reader_.arena_->copy(value);
        return true;
    }
    bool parse_error(size_t position, const std::string&, const nlohmann::detail::exception& e) {
        std::string_view what = e.what();
        if (const size_t bracket = what.find("] "); bracket != what.npos) what.remove_prefix(bracket + 2);
        if (what.starts_with("parse error at "))
            if (const size_t colon = what.find(": "); colon != what.npos) what.remove_prefix(colon + 2);
        constexpr size_t kMaxWords = 160;
        const std::string words(what.substr(0, kMaxWords));
        return reader_.fail(JsonFault::Malformed, "not JSON at byte " + std::to_string(position) + ": " + words);
    }

private:
    bool number(const std::string& text) {
        Json node;
        node.kind = JsonKind::Number;
        node.text = reader_.arena_->copy(text);
        return reader_.add(node);
    }
    JsonReader& reader_;
};

bool JsonReader::fail(JsonFault fault, std::string message) {
    if (fault_ == JsonFault::None) {
        fault_ = fault;
        error_ = std::move(message);
    }
    return false;
}

std::string_view JsonReader::take_key() {
    const std::string_view key = key_;
    key_ = {};
    return key;
}

bool JsonReader::add(Json node) {
    if (++nodes_ > limits::kMaxJsonNodes)
        return fail(JsonFault::Limit, "more than " + std::to_string(limits::kMaxJsonNodes) + " JSON values");
    node.key = take_key();
    pending_.push_back(node);
    return true;
}

bool JsonReader::open(bool object) {
    if (open_.size() >= limits::kMaxJsonDepth)
        return fail(JsonFault::Limit, "JSON nested deeper than " + std::to_string(limits::kMaxJsonDepth));
    open_.push_back({pending_.size(), object, take_key()});
    return true;
}

bool JsonReader::close(bool object) {
    const Open frame = open_.back();
    const std::span<const Json> children(pending_.data() + frame.first, pending_.size() - frame.first);
    if (object && !check_duplicates(children)) return false;
    Json node;
    node.kind = object ? JsonKind::Object : JsonKind::Array;
    node.size = static_cast<uint32_t>(children.size());
    Json* items = arena_->array<Json>(children.size());
    std::copy(children.begin(), children.end(), items);
    node.items = items;
    pending_.resize(frame.first);
    open_.pop_back();
    key_ = frame.key;
    return add(node);
}

bool JsonReader::check_duplicates(std::span<const Json> members) {
    constexpr size_t kFew = 12;
    if (members.size() <= kFew) {
        for (size_t i = 1; i < members.size(); ++i)
            for (size_t j = 0; j < i; ++j)
                if (members[i].key == members[j].key) return duplicate(members[i].key);
        return true;
    }
    sorted_.clear();
    for (const Json& m : members) sorted_.push_back(m.key);
    std::sort(sorted_.begin(), sorted_.end());
    const auto twice = std::adjacent_find(sorted_.begin(), sorted_.end());
    return twice == sorted_.end() || duplicate(*twice);
}

bool JsonReader::duplicate(std::string_view key) {
    const bool argument = open_.size() >= 3 && open_[1].key == "call" && open_[2].key == "args";
    std::string where;
    for (const Open& o : open_)
        if (!o.key.empty()) where.append(o.key).append(".");
    where.append(key);
    return fail(argument ? JsonFault::DuplicateArgument : JsonFault::Malformed, "duplicate key " + where);
}

const Json* JsonReader::read(std::string_view text, Arena& arena) {
    if (const Json* root = plain_->read(text, arena); root != nullptr) {
        open_.clear();
        fault_ = JsonFault::None;
        error_.clear();
        return root;
    }
    return read_any(text, arena);
}

const Json* JsonReader::read_any(std::string_view text, Arena& arena) {
    arena_ = &arena;
    pending_.clear();
    open_.clear();
    key_ = {};
    nodes_ = 0;
    fault_ = JsonFault::None;
    error_.clear();
    if (text.size() > limits::kMaxRequestBytes) {
        fail(JsonFault::Limit, "larger than " + std::to_string(limits::kMaxRequestBytes) + " bytes");
        return nullptr;
    }
    // The parser takes a NUL for the end and skips a byte order mark; neither is JSON.
    if (const size_t nul = text.find('\0'); nul != text.npos) {
        fail(JsonFault::Malformed, "not JSON at byte " + std::to_string(nul + 1) + ": a NUL");
        return nullptr;
    }
    if (text.starts_with("\xEF\xBB\xBF")) {
        fail(JsonFault::Malformed, "not JSON at byte 1: a byte order mark");
        return nullptr;
    }
    JsonSax sax(*this);
    bool good = false;
    try {
        good = nlohmann::json::sax_parse(text.begin(), text.end(), &sax);
    } catch (const std::exception& e) {  // bad_alloc and the library's own
        fail(JsonFault::Malformed, std::string("not JSON: ") + e.what());
    }
    if (!good || fault_ != JsonFault::None || pending_.size() != 1) {
        fail(JsonFault::Malformed, "not JSON");
        return nullptr;
    }
    return arena.make(pending_.front());
}

std::string JsonReader::partial_id() const {
    if (open_.empty() || !open_.front().object) return {};
    const size_t end = open_.size() > 1 ? open_[1].first : pending_.size();
    for (size_t i = 0; i < end; ++i)
        if (pending_[i].key == "id" && pending_[i].is(JsonKind::String)) return std::string(pending_[i].text);
    return {};
}

namespace {

/// Length of the well-formed UTF-8 sequence at the start of `s`, or 0.
size_t sequence(std::string_view s) {
    const auto byte = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
    const unsigned char lead = byte(0);
    size_t n = 0;
    unsigned char low = 0x80, high = 0xBF;
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        n = 2;
    else if (lead >= 0xE0 && lead <= 0xEF)
        n = 3;
    else if (lead >= 0xF0 && lead <= 0xF4)
        n = 4;
    else
        return 0;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
    if (s.size() < n || byte(1) < low || byte(1) > high) return 0;
    for (size_t i = 2; i < n; ++i)
        if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
    return n;
}

void append_control(std::string& out, unsigned char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '\n': out += "\\n"; return;
        case '\r': out += "\\r"; return;
        case '\t': out += "\\t"; return;
        case '\b': out += "\\b"; return;
        case '\f': out += "\\f"; return;
        default: break;
    }
    out += "\\u00";
    out += kHex[c >> 4];
    out += kHex[c & 15];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    // Nearly all bytes of nearly all texts stand for themselves: they are copied in runs.
    const auto plain = [](unsigned char c) { return c >= 0x20 && c < 0x80 && c != '"' && c != '\\'; };
    out += '"';
    for (size_t i = 0; i < text.size();) {
        size_t run = i;
        while (run < text.size() && plain(static_cast<unsigned char>(text[run]))) ++run;
        out.append(text, i, run - i);
        if ((i = run) == text.size()) break;
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += text[i++];
        } else if (c < 0x20) {
            append_control(out, c);
            ++i;
        } else if (const size_t n = sequence(text.substr(i)); n != 0) {
            out.append(text, i, n);
            i += n;
        } else {
            out += "\xEF\xBF\xBD";
            ++i;
        }
    }
    out += '"';
}

void append_canonical_json(std::string& out, const Json& value) {
    switch (value.kind) {
        case JsonKind::Null: out += "null"; return;
        case JsonKind::Bool: out += value.truth ? "true" : "false"; return;
        case JsonKind::Number: out += value.text; return;
        case JsonKind::String: append_json_string(out, value.text); return;
        case JsonKind::Array: {
            out += '[';
            for (uint32_t i = 0; i < value.size; ++i) {
                if (i != 0) out += ',';
                append_canonical_json(out, value.items[i]);
            }
            out += ']';
            return;
        }
        case JsonKind::Object: break;
    }
    std::vector<const Json*> members;
    for (const Json& m : value.children()) members.push_back(&m);
    std::sort(members.begin(), members.end(), [](const Json* a, const Json* b) { return a->key < b->key; });
    out += '{';
    for (const Json* m : members) {
        if (m != members.front()) out += ',';
        append_json_string(out, m->key);
        out += ':';
        append_canonical_json(out, *m);
    }
    out += '}';
}

}  // namespace remit
