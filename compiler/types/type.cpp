#include "compiler/types/type.h"

#include <algorithm>

#include "vm/program/value_kind.h"

namespace remit {

ValueType scalar_type(ValueKind kind) {
    ValueType t;
    t.kind = kind;
    t.layout = static_cast<TypeRef>(kind_of(t));
    return t;
}

ValueType decimal_type(int scale) {
    ValueType t = scalar_type(scale == 0 ? ValueKind::Int : ValueKind::Decimal);
    t.scale = static_cast<uint8_t>(scale);
    return t;
}

ValueType symbol_type(uint32_t vocabulary) {
    ValueType t = scalar_type(ValueKind::Symbol);
    t.vocabulary = vocabulary;
    return t;
}

ValueType command_type(std::vector<TypeDesc>& types) {
    ValueType t;
    t.kind = ValueKind::Command;
    t.fields = command_fields(0);
    for (FieldDesc& f : t.fields) f.type.layout = layout_of(f.type, types);
    t.layout = layout_of(t, types);
    return t;
}

namespace {

bool same_fields(const std::vector<FieldDesc>& a, const std::vector<FieldDesc>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const FieldDesc& x, const FieldDesc& y) {
        return x.name == y.name && x.optional == y.optional && x.nullable == y.nullable && same_type(x.type, y.type);
    });
}

}  // namespace

bool same_type(const ValueType& a, const ValueType& b) {
    if (a.kind != b.kind || a.scale != b.scale || a.vocabulary != b.vocabulary) return false;
    if (a.item.size() != b.item.size()) return false;
    if (!a.item.empty() && !same_type(a.item[0], b.item[0])) return false;
    return same_fields(a.fields, b.fields);
}

bool is_number(const ValueType& t) { return t.kind == ValueKind::Int || t.kind == ValueKind::Decimal; }

int scale_of(const ValueType& t) { return t.kind == ValueKind::Decimal ? t.scale : 0; }

bool is_text_like(const ValueType& t) {
    return t.kind == ValueKind::String || t.kind == ValueKind::Path || t.kind == ValueKind::Host;
}

bool is_collection(const ValueType& t) { return t.kind == ValueKind::List || t.kind == ValueKind::Set; }

Kind kind_of(const ValueType& t) { return kind_of(t.kind); }

std::vector<TypeDesc> plain_types() {
    std::vector<TypeDesc> types(kKindCount);
    for (int k = 0; k < kKindCount; ++k) types[static_cast<size_t>(k)].kind = static_cast<Kind>(k);
    types[static_cast<size_t>(Kind::List)].item = static_cast<TypeRef>(Kind::Int);
    return types;
}

TypeRef layout_of(const ValueType& t, std::vector<TypeDesc>& types) {
    TypeDesc desc;
    desc.kind = kind_of(t);
    if (desc.kind == Kind::List) {
        desc.item = layout_of(t.item[0], types);
    } else if (desc.kind == Kind::Record) {
        for (const FieldDesc& f : t.fields) desc.fields.push_back(layout_of(f.type, types));
    } else {
        return static_cast<TypeRef>(desc.kind);
    }
    for (size_t i = 0; i < types.size(); ++i)
        if (types[i] == desc) return static_cast<TypeRef>(i);
    types.push_back(desc);
    return static_cast<TypeRef>(types.size() - 1);
}

namespace {

std::string describe_symbol(const ValueType& t, const std::vector<Vocabulary>& vocabularies) {
    if (t.vocabulary == kVocSources) return "source";
    switch (t.vocabulary) {
        case kVocTiers: return "tier";
        case kVocClasses: return "class";
        case kVocTrust: return "trust_level";
        case kVocLanes: return "lane";
        default: return t.vocabulary < vocabularies.size() ? vocabularies[t.vocabulary].name : "symbol";
    }
}

std::string describe_record(const ValueType& t, const std::vector<Vocabulary>& vocabularies) {
    std::string out = "record {";
    for (const FieldDesc& f : t.fields) {
        out += (out.back() == '{' ? " " : ", ") + f.name + ": " + describe(f.type, vocabularies);
        if (f.nullable) out += " or null";
        if (f.optional) out += " optional";
    }
    return out + " }";
}

}  // namespace

std::string describe(const ValueType& t, const std::vector<Vocabulary>& vocabularies) {
    switch (t.kind) {
        case ValueKind::Bool: return "bool";
        case ValueKind::Int: return "int";
        case ValueKind::Decimal: return "decimal(" + std::to_string(t.scale) + ")";
        case ValueKind::String: return "string";
        case ValueKind::Duration: return "duration";
        case ValueKind::Timestamp: return "timestamp";
        case ValueKind::Ip: return "ip";
        case ValueKind::Cidr: return "cidr";
        case ValueKind::Url: return "url";
        case ValueKind::Path: return "path";
        case ValueKind::Email: return "email";
        case ValueKind::Host: return "host";
        case ValueKind::Symbol: return describe_symbol(t, vocabularies);
        case ValueKind::List: return "list<" + describe(t.item[0], vocabularies) + ">";
        case ValueKind::Set: return "set<" + describe(t.item[0], vocabularies) + ">";
        case ValueKind::Record: return describe_record(t, vocabularies);
        case ValueKind::Any: return "any";
        case ValueKind::Command: return "command";
    }
    return "any";
}

}  // namespace remit
