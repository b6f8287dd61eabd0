#include "vm/engine/digest.h"

#include <algorithm>

namespace remit {

namespace {

class Encoder {
public:
    void number(uint64_t n) {
        char bytes[8];
        for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(n >> (8 * i) & 0xFF);
        bytes_.append(bytes, sizeof bytes);
    }
    void text(std::string_view s) {
        number(s.size());
        bytes_ += s;
    }
    void hash(const Hash& h) { text({reinterpret_cast<const char*>(h.data()), h.size()}); }
    void optional(const std::optional<std::string_view>& s) {
        number(s ? 1 : 0);
        if (s) text(*s);
    }
    template <class T>
    void sorted(std::vector<T> texts) {
        std::sort(texts.begin(), texts.end());
        texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
        number(texts.size());
        for (const auto& t : texts) text(t);
    }
    void value(const ValueType& type, V v);
    const std::string& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

void Encoder::value(const ValueType& type, V v) {
    number(static_cast<uint64_t>(v.err));
    if (v.err != 0) return;
    switch (kind_of(type.kind)) {
        case Kind::Truth:
        case Kind::Int: return number(static_cast<uint64_t>(v.bits));
        case Kind::Str:
        case Kind::Any: return text(as<Str>(v).view());
        case Kind::Url: return text(as<Url>(v).text.view());
        case Kind::Email: return text(as<Email>(v).text.view());
        case Kind::Net:
            text({reinterpret_cast<const char*>(as<Net>(v).addr), sizeof as<Net>(v).addr});
            return number(as<Net>(v).bits);
        case Kind::List: {
            const List& list = as<List>(v);
            number(list.size);
            for (uint32_t i = 0; i < list.size; ++i) value(type.item[0], list.items[i]);
            return;
        }
        case Kind::Record: {
            const Record& record = as<Record>(v);
            for (uint32_t i = 0; i < record.size; ++i) value(type.fields[i].type, record.fields[i]);
            return;
        }
    }
}

void encode_labels(Encoder& e, const CallIn& call) {
    std::vector<const LabelIn*> labels;
    for (const LabelIn& label : call.labels) labels.push_back(&label);
    std::sort(labels.begin(), labels.end(), [](auto* a, auto* b) { return a->key < b->key; });
    e.optional(call.data);
    e.number(labels.size());
    for (const LabelIn* label : labels) {
        e.text(label->key);
        e.optional(label->data_class);
        e.sorted(label->sources);
    }
}

}  // namespace

Hash call_digest(const Request& request, const Bound& bound, std::span<const Layer> layers) {
    const CallIn& call = request.call;
    const SessionIn& session = request.session;
    const ToolDesc& tool = bound.program->tools[bound.tool];
    Encoder e;
    e.number(layers.size());
    for (const Layer& layer : layers) e.hash(layer.program->program().hash);
    e.text(call.nonce);
    e.text(call.id);
    e.text(tool.name);
    e.hash(tool.schema_digest);
    e.number(tool.params.size());
    for (size_t i = 0; i < tool.params.size(); ++i) {
        e.text(tool.params[i].name);
        e.value(tool.params[i].type, bound.arguments[i].value);
    }
    encode_labels(e, call);
    for (std::string_view s : {session.id, session.owner, session.tenant, session.tier}) e.text(s);
    e.sorted(session.roles);
    e.sorted(session.scope);
    e.number(call.evidence.size());
    for (const auto& [name, digest] : call.evidence) {
        e.text(name);
        e.text(digest);
    }
    return sha256(e.bytes());
}

std::string approval_digest(const Hash& call, const Shown& shown) {
    Encoder e;
    e.text("remit-approval-v1");
    e.hash(call);
    e.number(shown.ask.size());
    for (const Obligation& o : shown.ask) {
        e.text(o.by);
        e.number(o.quorum);
        e.number(static_cast<uint64_t>(o.within_ns));
        e.sorted(o.with);
    }
    e.sorted(shown.risk);
    std::vector<std::string> overrides;
    for (const Obligation& o : shown.ask)
        if (o.override) overrides.push_back(o.by);
    if (!overrides.empty()) e.sorted(std::move(overrides));
    return to_text(sha256(e.bytes()));
}

Shown shown_by(const Decision& decision) {
    Shown shown;
    shown.ask = decision.ask;
    for (const SpokenRule& r : decision.rules)
        if (r.kind == "risk") shown.risk.push_back(r.name);
    std::sort(shown.risk.begin(), shown.risk.end());
    return shown;
}

bool is_within(const Shown& now, const Shown& then) {
    const auto covered = [&](const Obligation& o) {
        const auto before = [](const Obligation& s, const std::string& by) { return s.by < by; };
        const auto it = std::lower_bound(then.ask.begin(), then.ask.end(), o.by, before);
        return it != then.ask.end() && it->by == o.by && it->quorum >= o.quorum && it->within_ns <= o.within_ns &&
               (it->override || !o.override) &&
               std::includes(it->with.begin(), it->with.end(), o.with.begin(), o.with.end());
    };
    const auto named = [&](const std::string& term) {
        return std::binary_search(then.risk.begin(), then.risk.end(), term);
    };
    return std::all_of(now.ask.begin(), now.ask.end(), covered) && std::all_of(now.risk.begin(), now.risk.end(), named);
}

}  // namespace remit
