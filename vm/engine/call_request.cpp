// A call as the Request that it stands for: what `explain` decides.
#include <algorithm>

#include "vm/engine/call_impl.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

class RequestWriter {
public:
    RequestWriter(const Program& program, Arena& arena) : program_(program), arena_(arena) {}

    std::string_view keep(std::string_view text) { return arena_.copy(text); }
    Json text(JsonKind kind, std::string_view text) {
        Json node;
        node.kind = kind;
        node.text = keep(text);
        return node;
    }
    Json truth(bool value) {
        Json node;
        node.kind = JsonKind::Bool;
        node.truth = value;
        return node;
    }
    /// null: not JSON.
    const Json* read(std::string_view json) { return reader_.read(json, arena_); }
    const Json* group(JsonKind kind, const std::vector<Json>& children) {
        Json* items = arena_.array<Json>(children.size());
        std::copy(children.begin(), children.end(), items);
        Json node;
        node.kind = kind;
        node.size = static_cast<uint32_t>(children.size());
        node.items = items;
        return arena_.make(node);
    }
    Json number(const ValueType& type, int64_t value);
    std::string_view symbol(uint32_t vocabulary, uint32_t rank) const {
        const auto& symbols = program_.vocabularies[vocabulary].symbols;
        return rank < symbols.size() ? std::string_view(symbols[rank]) : kNone;
    }
    /// What no policy calls anything: a name has no spaces.
    static constexpr std::string_view kNone = "no such name";

private:
    const Program& program_;
    Arena& arena_;
    JsonReader reader_;
};

Json RequestWriter::number(const ValueType& type, int64_t value) {
    switch (type.kind) {
        case ValueKind::Bool:
            if (value == 0 || value == 1) return truth(value == 1);
            break;
        case ValueKind::Decimal: return text(JsonKind::String, format_decimal(value, type.scale));
        case ValueKind::Duration: return text(JsonKind::String, format_duration(value));
        case ValueKind::Timestamp: return text(JsonKind::String, format_timestamp(value));
        case ValueKind::Symbol:
            return text(JsonKind::String, value < 0 || value > UINT32_MAX - 1
                                              ? kNone
                                              : symbol(type.vocabulary, static_cast<uint32_t>(value)));
        case ValueKind::Int:
        case ValueKind::String:
        case ValueKind::Ip:
        case ValueKind::Cidr:
        case ValueKind::Url:
        case ValueKind::Path:
        case ValueKind::Email:
        case ValueKind::Host:
        case ValueKind::List:
        case ValueKind::Set:
        case ValueKind::Record:
        case ValueKind::Any:
        case ValueKind::Command: break;
    }
    return text(JsonKind::Number, std::to_string(value));
}

/// Without zeros at the end, and without a point where nothing follows it: layers read one count in different decimals.
std::string shortest(int64_t value, int scale) {
    std::string text = format_decimal(value, scale);
    if (text.find('.') == text.npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text;
}

/// As in JSON Pointer.
std::string escaped(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == '~')
            out += "~0";
        else if (c == '/')
            out += "~1";
        else
            out += c;
    }
    return out;
}

}  // namespace

Request Call::Impl::request(Arena& arena) {
    const Program& own = policy->layers()[0].program->program();
    RequestWriter w(own, arena);
    Request r;
    write_session_in(r.session);
    CallIn& call = r.call;
    const ToolDesc* desc = tool < own.callable().size() ? &own.tools[tool] : nullptr;
    call.tool = desc == nullptr ? RequestWriter::kNone : std::string_view(desc->name);
    call.id = id.view();
    call.parent = parent.view();
    if (has_data) call.data = w.symbol(kVocClasses, data);

    std::vector<Json> members;
    for (uint32_t i = 0; i < param_count; ++i) {
        const CallArgument& a = arguments[i];
        const FieldDesc& field = *own_param(i).field;
        std::optional<Json> node;
        switch (a.as) {
            case CallArgument::As::Nothing: continue;
            case CallArgument::As::Number: node = w.number(field.type, a.number); break;
            case CallArgument::As::Text:
                if (is_utf8(a.text)) node = w.text(JsonKind::String, a.text);
                break;
            case CallArgument::As::Json:
                if (const Json* json_value = w.read(a.text); json_value != nullptr) node = *json_value;
                break;
            case CallArgument::As::Null: node = Json{}; break;
        }
        if (!node) node = w.text(JsonKind::Null, "");
        // What cannot be said in a request is said under a name that no tool has, and denied as it was.
        node->key = node->is(JsonKind::Null) && a.as != CallArgument::As::Null && a.wrong != 0
                        ? RequestWriter::kNone
                        : std::string_view(field.name);
        members.push_back(*node);
    }
    if (unknown_argument) {
        members.emplace_back();
        members.back().key = RequestWriter::kNone;
    }
    call.args = w.group(JsonKind::Object, members);
    for (uint32_t i = 0; i < param_count; ++i) {
        const CallArgument& a = arguments[i];
        if (!a.labelled) continue;
        LabelIn& label = call.labels.emplace_back();
        label.key = w.keep(escaped(own_param(i).field->name));
        if (a.data_class != kNoClass) label.data_class = w.symbol(kVocClasses, a.data_class);
        for (const uint32_t source : a.sources)
            label.sources.push_back(source == kUser                  ? std::string_view("user")
                                    : source == kAgent               ? std::string_view("agent")
                                    : source < own.callable().size() ? std::string_view(own.tools[source].name)
                                                                     : RequestWriter::kNone);
    }

    r.facts = facts_in;
    StateIn& state = r.state;
    state.given = true;
    if (has_high) state.high_water = w.symbol(kVocClasses, high_water);
    if (has_low) state.low_water = w.symbol(kVocTrust, low_water);
    std::vector<Json> marks, counts;
    for (uint32_t s = 0; s < states.size(); ++s) {
        std::optional<Json> node;
        switch (states[s].as) {
            case CallState::As::Nothing: break;
            case CallState::As::Mark: node = w.truth(states[s].number != 0); break;
            case CallState::As::Number:
                node = w.text(JsonKind::Number, shortest(states[s].number, policy->names().count_scale(s)));
                break;
            case CallState::As::Json:
                if (const Json* values = w.read(states[s].text); values != nullptr) node = *values;
                break;
        }
        if (!node) continue;
        node->key = policy->names().state_name(s);
        (states[s].as == CallState::As::Mark ? marks : counts).push_back(*node);
    }
    state.marks = w.group(JsonKind::Object, marks);
    state.counts = w.group(JsonKind::Object, counts);
    if (has_time) r.time = time;
    if (has_isolation) r.isolation = isolation;
    return r;
}

void Call::Impl::write_session_in(SessionIn& out) const {
    const auto missing_if = [&](bool lacking, const char* what) {
        if (lacking) out.problems.push_back(std::string("session.") + what + " is missing");
    };
    const Names& names = policy->names();
    const Program& own = policy->layers()[0].program->program();
    if (foreign || (session == nullptr && fields == nullptr)) {
        out.problems.emplace_back(foreign ? "session: bound to another policy" : "session is missing");
        return;
    }
    if (session != nullptr) {
        const SessionSpec& s = session->spec();
        out.id = s.id;
        out.principal = s.principal;
        out.tier = s.tier;
        out.tenant = s.tenant;
        out.owner = s.owner;
        out.retention = s.retention;
        out.roles = s.roles;
        out.scope = s.scope;
        missing_if(!s.expires.has_value(), "expires");
    } else {
        out.id = fields->id;
        out.tenant = fields->tenant;
        out.owner = fields->owner;
        out.retention = fields->retention;
        const auto& tiers = own.vocabularies[kVocTiers].symbols;
        if (fields->tier < tiers.size()) out.tier = tiers[fields->tier];
        for (const uint32_t role : fields->roles)
            if (role < names.role_count()) out.roles.push_back(names.role_names()[role]);
        if (tool < own.callable().size() && scope != nullptr && scope->covers(tool))
            out.scope.push_back(own.tools[tool].name);
    }
    out.has_id = !out.id.empty();
    out.has_principal = !out.principal.empty();
    out.expires = expires;
    out.revoked = revoked;
    missing_if(out.tier.empty(), "tier");
    missing_if(out.tenant.empty(), "tenant");
    missing_if(out.owner.empty(), "owner");
    missing_if(out.retention.empty(), "retention");
}

}  // namespace remit
