// Parameters, tables and windows of a generated policy.
#include "tests/differential/generate_world.h"

namespace remit::oracle {

namespace {

using Words = std::vector<std::string>;

GType type_of(G kind, int scale = 0, const std::string& name = "") {
    GType t;
    t.kind = kind;
    t.scale = scale;
    t.name = name;
    return t;
}

std::string type_text(const GType& t) {
    if (t.kind == G::Int) return "int";
    if (t.kind == G::Decimal) return "decimal(" + std::to_string(t.scale) + ")";
    if (t.kind == G::Duration) return "duration";
    if (t.kind == G::Timestamp) return "timestamp";
    return t.kind == G::String ? "string" : t.name;
}

GType random_type(World& w) {
    switch (w.random.below(6)) {
        case 0: return type_of(G::Int);
        case 1: return type_of(G::Duration);
        case 2: return type_of(G::Timestamp);
        case 3: return type_of(G::String);
        default: return type_of(G::Decimal, w.random.chance(70) ? 2 : w.random.below(7));
    }
}

/// Small enough to be brought to any scale that it is compared with.
std::string constant_literal(World& w, const GType& t) {
    return t.kind == G::Int ? std::to_string(w.random.between(-5, 300)) : policy_literal(w, t);
}

void declare_table(World& w, const std::string& name) {
    GNamed table{name, w.random.chance(60) ? type_of(G::Decimal, 2) : random_type(w), {}};
    if (table.type.kind == G::String) table.type = type_of(G::Int);
    Words kinds = {"tier", "class", "trust_level", "bool"}, parts;
    for (const GVocabulary& v : w.enums) kinds.push_back(v.name);
    for (int k = w.random.between(1, 3); k > 0; --k) {
        table.keys.push_back(w.random.pick(kinds));
        parts.push_back("k" + std::to_string(k) + ": " + table.keys.back());
    }
    std::string text = "table " + name + "(";
    for (const std::string& part : parts) text += (part == parts.front() ? "" : ", ") + part;
    text += "): " + type_text(table.type) + " {\n";
    // The first key is split, so that no two rows overlap; of the others some rows say all and some split once more.
    const auto symbols = [&](const std::string& kind) {
        return kind == "bool" ? Words{"true", "false"} : w.vocabulary(kind).symbols;
    };
    std::vector<std::string> rows;
    for (const std::string& first : symbols(table.keys[0])) {
        std::string rest;
        for (size_t k = 2; k < table.keys.size(); ++k) rest += ", _";
        if (table.keys.size() == 1 || w.random.chance(40)) {
            rows.push_back(first + (table.keys.size() > 1 ? ", _" : "") + rest);
            continue;
        }
        for (const std::string& second : symbols(table.keys[1])) rows.push_back(first + ", " + second + rest);
    }
    while (!rows.empty()) {  // in any order
        const auto at = w.random.below(static_cast<int>(rows.size()));
        text += "  " + rows[static_cast<size_t>(at)] + ": " + constant_literal(w, table.type) + "\n";
        rows.erase(rows.begin() + at);
    }
    w.tables.push_back(table);
    w.decls.push_back(text + "  }");
}

void declare_window(World& w, const std::string& name) {
    const Words zones = {"UTC",          "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                         "Asia/Kolkata", "Europe/Dublin"};
    const Words days = {"daily", "mon-fri", "sat,sun", "fri-mon", "mon", "tue-thu,sun", "sun"};
    const Words times = {"09:00-17:30", "22:00-06:00", "00:00-24:00", "10:00-11:00",
                         "18:30-00:00", "02:00-03:00", "11:00-10:59"};
    const Words closed = {"2026-11-23", "2026-11-20..2026-11-22", "2027-01-01", "1970-01-01..1970-01-02",
                          "2026-11-24..2030-01-01"};
    std::string text = "window " + name + " in \"" + w.random.pick(zones) + "\" {";
    for (int n = w.random.between(1, 3); n > 0; --n)
        text += " \"" + w.random.pick(days) + " " + w.random.pick(times) + "\"" + (n > 1 ? "," : "");
    text += " }";
    if (w.random.chance(40)) {
        text += " except {";
        for (int n = w.random.between(1, 2); n > 0; --n)
            text += " \"" + w.random.pick(closed) + "\"" + (n > 1 ? "," : "");
        text += " }";
    }
    w.windows.push_back(name);
    w.decls.push_back(text);
}

}  // namespace

void declare_constants(World& w) {
    for (const char* name : {"bound", "other_bound", "third_bound"}) {
        if (!w.random.chance(50)) continue;
        w.params.push_back({name, random_type(w), {}});
        const GType& t = w.params.back().type;
        w.decls.push_back(std::string("param ") + name + ": " + type_text(t) + " default " + constant_literal(w, t));
    }
    for (const char* name : {"cap", "share"})
        if (w.random.chance(40)) declare_table(w, name);
    for (const char* name : {"office", "night_shift"})
        if (w.random.chance(50)) declare_window(w, name);
}

void give_params(World& w) {
    for (const GNamed& p : w.params)
        if (w.random.chance(50)) w.decls.push_back("param " + p.name + " = " + constant_literal(w, p.type));
}

}  // namespace remit::oracle
