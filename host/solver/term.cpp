#include "host/solver/term.h"

#include <algorithm>

namespace remit::smt {

Terms::Terms() {
    nodes_.resize(2);  // false, true
    nodes_[1].kind = TermKind::True;
}

uint32_t Terms::intern(const std::string& name) {
    const auto [it, is_new] = name_ids_.try_emplace(name, static_cast<uint32_t>(names_.size()));
    if (is_new) names_.push_back(name);
    return it->second;
}

Term Terms::make(Node node) {
    std::vector<uint64_t> key{static_cast<uint64_t>(node.kind) | (node.boolean ? 256u : 0u),
                              static_cast<uint64_t>(node.number), node.name};
    for (const Term t : node.operands) key.push_back(t.id);
    const auto [it, is_new] = known_.try_emplace(std::move(key), static_cast<uint32_t>(nodes_.size()));
    if (is_new) nodes_.push_back(std::move(node));
    return {it->second};
}

Term Terms::number(int64_t value) { return make({TermKind::Number, false, value, 0, {}}); }
Term Terms::boolean(const std::string& name) { return make({TermKind::BoolVar, true, 0, intern(name), {}}); }
Term Terms::integer(const std::string& name) { return make({TermKind::IntVar, false, 0, intern(name), {}}); }

Term Terms::no(Term a) {
    if (a.id < 2) return truth(a.id == 0);
    const Node& n = node(a);
    if (n.kind == TermKind::Not) return n.operands[0];
    return make({TermKind::Not, true, 0, 0, {a}});
}

/// Sorted, each once, nested ones of the same kind taken apart; a part and its opposite decide.
Term Terms::junction(TermKind kind, std::vector<Term> parts) {
    const bool conjunction = kind == TermKind::And;
    std::vector<Term> flat;
    for (const Term t : parts) {
        if (t.id < 2) {
            if (is_true(t) != conjunction) return t;
            continue;
        }
        const Node& n = node(t);
        if (n.kind == kind)
            flat.insert(flat.end(), n.operands.begin(), n.operands.end());
        else
            flat.push_back(t);
    }
    std::sort(flat.begin(), flat.end());
    flat.erase(std::unique(flat.begin(), flat.end()), flat.end());
    for (const Term t : flat) {
        const Node& n = node(t);
        if (n.kind == TermKind::Not && std::binary_search(flat.begin(), flat.end(), n.operands[0]))
            return truth(!conjunction);
    }
    if (flat.empty()) return truth(conjunction);
    if (flat.size() == 1) return flat[0];
    return make({kind, true, 0, 0, std::move(flat)});
}

Term Terms::all(std::vector<Term> parts) { return junction(TermKind::And, std::move(parts)); }
Term Terms::any(std::vector<Term> parts) { return junction(TermKind::Or, std::move(parts)); }

Term Terms::ite(Term condition, Term then, Term otherwise) {
    if (is_true(condition) || then == otherwise) return then;
    if (is_false(condition)) return otherwise;
    if (node(then).boolean) return either(both(condition, then), both(no(condition), otherwise));
    return make({TermKind::Ite, false, 0, 0, {condition, then, otherwise}});
}

Term Terms::equal(Term a, Term b) {
    if (a == b) return truth(true);
    if (a > b) std::swap(a, b);
    const Node &x = node(a), &y = node(b);
    if (x.kind == TermKind::Number && y.kind == TermKind::Number) return truth(false);
    return make({TermKind::Equal, true, 0, 0, {a, b}});
}

Term Terms::less(Term a, Term b) {
    const Node &x = node(a), &y = node(b);
    if (a == b) return truth(false);
    if (x.kind == TermKind::Number && y.kind == TermKind::Number) return truth(x.number < y.number);
    return make({TermKind::Less, true, 0, 0, {a, b}});
}

Term Terms::at_most(Term a, Term b) { return no(less(b, a)); }

Term Terms::add(Term a, Term b) {
    const Node &x = node(a), &y = node(b);
    int64_t sum = 0;
    if (x.kind == TermKind::Number && x.number == 0) return b;
    if (y.kind == TermKind::Number && y.number == 0) return a;
    if (x.kind == TermKind::Number && y.kind == TermKind::Number && !__builtin_add_overflow(x.number, y.number, &sum))
        return number(sum);
    return make({TermKind::Add, false, 0, 0, {a, b}});
}

Term Terms::times(int64_t factor, Term a) {
    const Node& n = node(a);
    int64_t product = 0;
    if (factor == 1) return a;
    if (n.kind == TermKind::Number && !__builtin_mul_overflow(n.number, factor, &product)) return number(product);
    return make({TermKind::Times, false, factor, 0, {a}});
}

Term Terms::apply(const std::string& function, std::vector<Term> operands, bool boolean) {
    return make({TermKind::Apply, boolean, 0, intern(function), std::move(operands)});
}

namespace {

std::string number_text(int64_t n) {
    if (n >= 0) return std::to_string(n);
    return "(- " + std::to_string(0 - static_cast<uint64_t>(n)) + ")";
}

std::string_view symbol_of(TermKind kind) {
    switch (kind) {
        case TermKind::Not: return "not";
        case TermKind::And: return "and";
        case TermKind::Or: return "or";
        case TermKind::Ite: return "ite";
        case TermKind::Equal: return "=";
        case TermKind::Less: return "<";
        case TermKind::Add: return "+";
        case TermKind::Times: return "*";
        case TermKind::True:
        case TermKind::False:
        case TermKind::Number:
        case TermKind::BoolVar:
        case TermKind::IntVar:
        case TermKind::Apply: break;
    }
    return "";
}

}  // namespace

std::string Terms::text(Term t) const {
    const Node& n = node(t);
    switch (n.kind) {
        case TermKind::True: return "true";
        case TermKind::False: return "false";
        case TermKind::Number: return number_text(n.number);
        case TermKind::BoolVar: return "b" + std::to_string(n.name);
        case TermKind::IntVar: return "i" + std::to_string(n.name);
        case TermKind::Not:
        case TermKind::And:
        case TermKind::Or:
        case TermKind::Ite:
        case TermKind::Equal:
        case TermKind::Less:
        case TermKind::Add:
        case TermKind::Times:
        case TermKind::Apply: break;
    }
    std::string out = "(";
    if (n.kind == TermKind::Apply)
        out += "f" + std::to_string(n.name);
    else
        out += symbol_of(n.kind);
    if (n.kind == TermKind::Times) out += " " + number_text(n.number);
    for (const Term o : n.operands) {
        const Node& operand = node(o);
        const bool leaf = operand.operands.empty();
        out += " " + (leaf ? text(o) : "n" + std::to_string(o.id));
    }
    return out + ")";
}

}  // namespace remit::smt
