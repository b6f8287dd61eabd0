#include "compiler/version.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>

namespace remit {

namespace {

void add(Version& version, uint32_t file, uint32_t index, const PlacedDecl& d) {
    switch (d.sort) {
        case DeclSort::Broken: break;  // an error: nothing will come of this version
        case DeclSort::Schema: version.schema.push_back({file, d}); break;
        case DeclSort::State: version.states.push_back({file, d}); break;
        case DeclSort::After: version.after = true; [[fallthrough]];
        case DeclSort::Rule: version.rules.push_back({file, d.begin, index, d.parsed.get()}); break;
        case DeclSort::Test: break;
    }
}

/// As Checker::tests, which says what is wrong.
bool has_odd_tests(const LayerInput& input) {
    std::map<std::string_view, size_t> fixtures;  // calls of each
    for (const ParsedFile* f : input.own)
        for (const PlacedDecl& d : f->decls)
            if (const auto* fixture = d.as<ast::Fixture>())
                fixtures[fixture->setup.title.text] = fixture->setup.calls.size();
    const auto is_odd = [&](const ast::Test& test) {
        size_t inherited = 0;
        for (const ast::Name& name : test.with) {
            const auto found = fixtures.find(name.text);
            if (found == fixtures.end()) return true;
            inherited += found->second;
        }
        return (test.calls.empty() ? inherited : test.calls.size()) != 1;
    };
    for (const ParsedFile* f : input.own)
        for (const PlacedDecl& d : f->decls)
            if (d.sort == DeclSort::Test && is_odd(*d.as<ast::Test>())) return true;
    return false;
}

bool same(const std::vector<Placed>& a, const std::vector<Placed>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Placed& x, const Placed& y) { return x.is(y); });
}

}  // namespace

Version::Version(const LayerInput& input) : parent(input.parent) {
    names.push_back(input.name);
    size_t decls = 0;
    for (const ParsedFile* f : input.own) {
        names.push_back(input.sources.file(f->file).name());
        decls += f->decls.size();
    }
    rules.reserve(decls);
    uint32_t number = 0;
    for (const ParsedFile* f : input.own) {
        for (uint32_t i = 0; i < f->decls.size(); ++i) add(*this, number, i, f->decls[i]);
        ++number;
    }
    odd_tests = has_odd_tests(input);
    for (const ParsedFile* f : input.inherited) {
        for (const PlacedDecl& d : f->decls)
            if (d.sort == DeclSort::Schema) schema.push_back({number, d});
        ++number;
    }
    for (const ParsedFile* f : input.below) {
        for (const PlacedDecl& d : f->decls)
            if (d.as<ast::ParamDecl>()) schema.push_back({number, d});
        ++number;
    }
}

bool Version::refers_to_same(const Version& other) const {
    return names == other.names && parent == other.parent && after == other.after && same(schema, other.schema) &&
           same(states, other.states);
}

/// From both ends, and what is between by the texts.
std::vector<size_t> match_rules(const std::vector<PlacedRule>& now, const std::vector<PlacedRule>& before) {
    std::vector<size_t> out(now.size(), kNew);
    const size_t most = std::min(now.size(), before.size());
    size_t front = 0, back = 0;
    while (front < most && now[front].is(before[front])) ++front;
    while (back < most - front && now[now.size() - back - 1].is(before[before.size() - back - 1])) ++back;
    for (size_t i = 0; i < front; ++i) out[i] = i;
    for (size_t i = 1; i <= back; ++i) out[now.size() - i] = before.size() - i;

    std::unordered_multimap<const ParsedDecl*, size_t> by_text;
    for (size_t i = front; i < before.size() - back; ++i) by_text.emplace(before[i].parsed, i);
    if (by_text.empty()) return out;
    for (size_t i = front; i < now.size() - back; ++i) {
        const auto [begin, end] = by_text.equal_range(now[i].parsed);
        const auto it = std::find_if(begin, end, [&](const auto& e) { return before[e.second].file == now[i].file; });
        if (it == end) continue;
        out[i] = it->second;
        by_text.erase(it);
    }
    return out;
}

}  // namespace remit
