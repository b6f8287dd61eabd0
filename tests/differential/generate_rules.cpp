// Rules of all fifteen verbs, with selectors of every form.
#include <algorithm>
#include <functional>

#include "tests/differential/generate_world.h"

namespace remit::oracle {

namespace {

using Words = std::vector<std::string>;

struct Atom {
    std::string text;
    std::function<bool(const GTool&)> fits;
    bool means_writes = false;
};

bool ranks(int a, const std::string& cmp, int b) {
    if (cmp == "==") return a == b;
    if (cmp == "!=") return a != b;
    if (cmp == "<") return a < b;
    if (cmp == "<=") return a <= b;
    return cmp == ">" ? a > b : a >= b;
}

class Rules {
public:
    explicit Rules(World& w) : w_(w), r_(w.random) {}

    void write() {
        plan_state();
        write_allows();
        for (int i = r_.below(3); i > 0; --i) write_block();
        for (int i = r_.between(1, 4); i > 0; --i) write_risk(i);
        for (int i = r_.below(3); i > 0; --i) write_lane();
        for (int i = r_.below(4); i > 0; --i) write_ask();
        for (int i = r_.below(3); i > 0; --i) write_limit();
        for (int i = r_.below(3); i > 0; --i) write_isolate();
        for (int i = r_.below(3); i > 0 && !w_.egress.empty(); --i)
            rule("reach " + r_.pick(w_.egress), r_.chance(60) ? facts_only() : all_levels(), "");
        for (int i = r_.below(3); i > 0; --i) rule("record " + evidence(), all_levels(), "");
        for (int i = r_.below(3); i > 0; --i) write_redact();
        for (int i = r_.below(3); i > 0; --i) write_retain();
        for (int i = r_.below(3); i > 0; --i) write_never();
        for (int i = r_.below(3); i > 0; --i) write_watched(i);
        for (const GState& s : w_.states) write_state(s);
        if (r_.chance(25)) w_.decls.push_back(r_.pick(Words(w_.decls.begin() + 1, w_.decls.end())));
        for (size_t i = w_.decls.size() - 1; i > 1; --i)
            std::swap(w_.decls[i], w_.decls[1 + static_cast<size_t>(r_.below(static_cast<int>(i)))]);
    }

private:
    // ---- selectors ----

    Atom atom() {
        const Words order = {"==", "!=", "<", "<=", ">", ">="};
        const GTool& tool = r_.pick(w_.tools);
        switch (r_.below(10)) {
            case 0: return {"read", [](const GTool& t) { return !t.write; }};
            case 1: return {"write", [](const GTool& t) { return t.write; }, true};
            case 2: return {"destructive", [](const GTool& t) { return t.destructive; }};
            case 3: return {"idempotent", [](const GTool& t) { return t.idempotent; }};
            case 4: return {"open", [](const GTool& t) { return t.open; }};
            case 5: {
                std::string cmp = r_.pick(order);
                int rank = r_.below(static_cast<int>(w_.trusts.size()));
                return {"trust " + cmp + " " + w_.trusts[static_cast<size_t>(rank)],
                        [=](const GTool& t) { return ranks(t.trust, cmp, rank); }};
            }
            case 6: {
                std::string cmp = r_.pick(order);
                int rank = r_.below(static_cast<int>(w_.classes.size()));
                return {"gives " + cmp + " " + w_.classes[static_cast<size_t>(rank)],
                        [=](const GTool& t) { return ranks(t.gives, cmp, rank); }};
            }
            case 7: return {"*", [](const GTool&) { return true; }};
            case 8: {
                std::string prefix = tool.name.substr(0, tool.name.find('.') + 1);
                return {prefix + "*", [=](const GTool& t) { return t.name.starts_with(prefix); }};
            }
            default: {
                std::string name = tool.name;
                return {name, [=](const GTool& t) { return t.name == name; }, true};
            }
        }
    }

    static GField merged(const GField& a, const GField& b) {
        GField f = a;
        f.optional = a.optional || b.optional;
        f.nullable = a.nullable || b.nullable;
        if (b.type.kind == G::Decimal) f.type.scale = std::min(a.type.scale, b.type.scale);
        return f;
    }

    void find_common_args(GSelector& s) const {
        bool first = true;
        for (int index : s.covered) {
            const GTool& t = w_.tools[static_cast<size_t>(index)];
            std::vector<GField> common;
            for (const GField& f : t.params) {
                if (first) common.push_back(f);
                for (const GField& known : s.args)
                    if (!first && known.name == f.name) common.push_back(merged(known, f));
            }
            s.args = common;
            first = false;
        }
    }

    GSelector make(const std::vector<std::vector<Atom>>& any_of, bool allow) {
        GSelector s;
        s.including_write = allow && r_.chance(60);
        for (const auto& conj : any_of) {
            std::string text;
            for (const Atom& a : conj) text += (text.empty() ? "" : " & ") + a.text;
            s.text += (s.text.empty() ? "" : ", ") + text;
        }
        for (size_t i = 0; i < w_.tools.size(); ++i) {
            const GTool& t = w_.tools[i];
            bool covered = std::any_of(any_of.begin(), any_of.end(), [&](const std::vector<Atom>& conj) {
                bool meant = !allow || !t.write || s.including_write ||
                             std::any_of(conj.begin(), conj.end(), [](const Atom& a) { return a.means_writes; });
                return meant && std::all_of(conj.begin(), conj.end(), [&](const Atom& a) { return a.fits(t); });
            });
            if (covered) s.covered.push_back(static_cast<int>(i));
        }
        find_common_args(s);
        return s;
    }

    static Atom exact(const std::string& name) {
        return {name, [=](const GTool& t) { return t.name == name; }, true};
    }

    GSelector selector(bool allow) {
        if (r_.chance(45)) return selector_with(r_.pick(w_.pool).name, allow);
        std::vector<std::vector<Atom>> any_of;
        for (int i = r_.chance(75) ? 1 : r_.between(2, 3); i > 0; --i) {
            any_of.emplace_back();
            for (int k = r_.chance(75) ? 1 : 2; k > 0; --k) any_of.back().push_back(atom());
        }
        return make(any_of, allow);
    }

    /// Tools that have a parameter, by their names.
    GSelector selector_with(const std::string& param, bool allow) {
        std::vector<std::vector<Atom>> any_of;
        for (const GTool& t : w_.tools)
            if (std::any_of(t.params.begin(), t.params.end(), [&](const GField& f) { return f.name == param; }) &&
                (any_of.empty() || r_.chance(70)))
                any_of.push_back({exact(t.name)});
        if (any_of.empty()) any_of.push_back({exact(r_.pick(w_.tools).name)});
        return make(any_of, allow);
    }

    GSelector every_tool() {
        GSelector s;
        for (size_t i = 0; i < w_.tools.size(); ++i) s.covered.push_back(static_cast<int>(i));
        find_common_args(s);
        return s;
    }

    // ---- clauses ----

    static Reach facts_only() { return {}; }
    static Reach with_state() { return {nullptr, true, true, false, false}; }
    static Reach all_levels() { return {nullptr, true, true, true, true}; }

    std::string guards(Reach reach, const GSelector& s, int percent = 75) {
        reach.args = &s.args;
        std::string out;
        if (r_.chance(percent)) out += "\n    when " + write_guard(w_, reach, r_.below(3), true);
        if (r_.chance(20)) out += "\n    except " + write_guard(w_, reach, r_.below(2), false);
        return out;
    }

    std::string because() {
        return r_.chance(15) ? "\n    because \"reason " + std::to_string(r_.below(100)) + "\"" : "";
    }

    void rule(const std::string& head, const Reach& reach, const std::string& options,
              const std::string& after_head = "") {
        GSelector s = r_.chance(30) ? every_tool() : selector(false);
        std::string text = head + after_head + (s.text.empty() ? "" : " for " + s.text) + guards(reach, s) + options +
                           because();
        w_.decls.push_back(text);
    }

    std::string evidence() {
        static const Words words = {"plan", "rollback", "assets", "prompt", "checksum"};
        std::string out = r_.pick(words);
        if (std::string other = r_.pick(words); r_.chance(40) && other != out) out += ", " + other;
        return out;
    }

    std::string signer() {
        if (r_.chance(40)) return "owner";
        return (r_.chance(50) ? std::to_string(r_.between(1, 3)) + " of " : "") + r_.pick(w_.roles);
    }

    // ---- verbs ----

    void write_allows() {
        if (r_.chance(60)) w_.decls.push_back("allow anyone to * including write");
        for (int i = r_.between(1, 3); i > 0; --i) {
            GSelector s = selector(true);
            std::string roles = r_.chance(30) ? "anyone" : r_.pick(w_.roles);
            if (std::string other = r_.pick(w_.roles); roles != "anyone" && other != roles && r_.chance(30))
                roles += ", " + other;
            std::string text = "allow " + roles + " to " + s.text + (s.including_write ? "\n    including write" : "") +
                               guards(facts_only(), s, 55);
            w_.decls.push_back(text + because());
        }
    }

    void write_block() {
        GSelector s = selector(false);
        std::string override;
        if (r_.chance(35))
            override = "\n    override by " + signer() + "\n    within " + r_.pick(Words{"15m", "2h"}) +
                       (r_.chance(35) ? "\n    with " + evidence() : "");
        w_.decls.push_back("block " + s.text + guards(with_state(), s, 95) + override + because());
    }

    /// A rule of another kind with `watch` before it. It may say what no rule that counts could: a term's name again, a mark's.
    void write_watched(int i) {
        const size_t from = w_.decls.size();
        switch (r_.below(7)) {
            case 0: write_block(); break;
            case 1: write_risk(i); break;
            case 2: write_ask(); break;
            case 3: write_limit(); break;
            case 4: rule("mark m0", {}, ""); break;
            case 5: write_never(); break;
            default: rule("lane " + r_.pick(w_.lanes), with_state(), ""); break;
        }
        for (size_t d = from; d < w_.decls.size(); ++d) w_.decls[d] = "watch " + w_.decls[d];
    }

    void write_risk(int i) {
        Reach reach = with_state();
        reach.late_state = false;
        int weight = r_.chance(3) ? 0 : r_.between(1, 60);
        std::string number = r_.chance(3) ? "9223372036854775807" : std::to_string(weight);
        rule("risk term" + std::to_string(i) + " +" + number, reach, "");
    }

    void write_lane() {
        Reach reach = with_state();
        reach.late_state = false;
        reach.risk = true;
        rule("lane " + r_.pick(w_.lanes), reach, "");
    }

    void write_ask() {
        std::string within = "\n    within " + r_.pick(Words{"15m", "1h", "1d"});
        rule("ask " + signer(), all_levels(), within + (r_.chance(35) ? "\n    with " + evidence() : ""));
    }

    void write_limit() {
        std::string per = std::string(" per ") + (r_.chance(60) ? "session" : "tenant");
        if (r_.chance(50))
            return rule("limit " + std::to_string(r_.between(1, 9)) + " parallel", all_levels(), "", per);
        rule("quota " + std::to_string(r_.between(1, 99)), all_levels(), "",
             " over " + r_.pick(Words{"1m", "1h", "1d"}) + per);
    }

    void write_isolate() {
        static const Words levels = {"process", "sandbox", "microvm"}, keys = {"tenant", "session", "lane", "trust"};
        std::string key = " by " + r_.pick(keys);
        std::string head = r_.chance(30) ? key : " " + r_.pick(levels) + (r_.chance(40) ? key : "");
        rule("isolate" + head, all_levels(), "");
    }

    void write_redact() {
        GSelector s = selector(false);
        if (s.args.empty()) return;
        const GField& f = r_.pick(s.args);
        std::string path = "args." + f.name;
        if (f.type.kind == G::Record && !f.optional && !f.nullable && r_.chance(60))
            path += "." + r_.pick(f.type.fields).name;
        w_.decls.push_back("redact " + path + " for " + s.text + guards(all_levels(), s) + because());
    }

    void write_retain() {
        Reach reach;
        reach.risk = reach.lane = true;
        std::string least = " at least " + r_.pick(Words{"30d", "90d", "400d"}),
                    most = " at most " + r_.pick(Words{"60d", "365d", "800d"});
        rule("retain" + (r_.chance(50) ? least : most), reach, "");
    }

    /// A claim about more of the decision than its verdict. Few of them, with guards: most that are not kept deny.
    void write_claim() {
        static const Words orders = {">=", ">", "<", "<=", "!="};
        GSelector s = selector(false);
        const std::string covered = (s.text.empty() ? "" : " for " + s.text) + guards(all_levels(), s, 95) + because();
        const std::string order = " " + r_.pick(orders) + " ";
        const std::string never = r_.chance(50) ? "never" : "always";
        switch (r_.below(8)) {
            case 0: return w_.decls.push_back("always ask " + signer() + covered);
            case 1:
                return w_.decls.push_back("always limit " + std::to_string(r_.between(1, 9)) + " parallel per session" +
                                          covered);
            case 2:
                return w_.decls.push_back("always quota " + std::to_string(r_.between(1, 99)) + " over 1h per tenant" +
                                          covered);
            case 3:
                return w_.decls.push_back("always isolate " +
                                          r_.pick(Words{"sandbox", "process by tenant", "by session"}) + covered);
            case 4: return w_.decls.push_back("always record " + evidence() + covered);
            case 5: return w_.decls.push_back(never + " risk" + order + std::to_string(r_.below(120)) + covered);
            case 6: return w_.decls.push_back(never + " lane" + order + r_.pick(w_.lanes) + covered);
            default:
                if (!w_.egress.empty()) w_.decls.push_back("never reach " + r_.pick(w_.egress) + covered);
        }
    }

    void write_never() {
        if (r_.chance(40)) return write_claim();
        GSelector s = selector(false);
        std::string unless = r_.chance(50) ? "\n    unless signed by " + signer() : "";
        w_.decls.push_back("never allow " + s.text + guards(all_levels(), s, 90) + unless + because());
    }

    // ---- marks and counts ----

    bool can_sum(const GField& f) const {
        return (f.type.kind == G::Int || f.type.kind == G::Decimal) && f.min && !f.optional && !f.nullable;
    }

    /// The count has the largest scale of its summand.
    void find_scale(GState& s, const GSelector& used) const {
        for (int index : used.covered)
            for (const GField& f : w_.tools[static_cast<size_t>(index)].params)
                if (f.name == "amount") s.scale = std::max(s.scale, f.type.scale);
    }

    void plan_state() {
        const std::string layer = w_.decls[0].find(" under ") == std::string::npos ? "" : "d";
        for (GState& s : w_.states) s.late = r_.chance(25);
        for (int i = 0, n = r_.below(4); i < n; ++i)
            w_.states.push_back({layer + "m" + std::to_string(i), false, r_.chance(25), 0, 0, 8});
        for (int i = 0, n = r_.below(4); i < n; ++i)
            w_.states.push_back({layer + "c" + std::to_string(i), true, r_.chance(20), r_.below(3), 0,
                                 r_.chance(50) ? r_.between(1, 3) : 8});
        for (GState& s : w_.states) {
            GSelector selector_used = s.kind == 0 ? GSelector{} : selector_with(s.kind == 1 ? "amount" : "id", false);
            selectors_[s.name] = selector_used;
            bool found = false;
            for (const GField& f : selector_used.args)
                found = found || (s.kind == 1 ? f.name == "amount" && can_sum(f) : f.name == "id" && !f.optional);
            if (!found) s.kind = 0;
            s.scale = 0;
            if (s.kind == 1) find_scale(s, selector_used);
            bool id = false;
            for (const GField& f : selector_used.args)
                id = id || (f.name == "id" && f.type.kind == G::String && !f.optional && !f.nullable);
            if (s.kind != 0 && id && r_.chance(50)) s.max_keys = r_.between(1, 4);
        }
    }

    void write_state(const GState& s) {
        Reach reach;
        reach.risk = reach.lane = s.late;
        std::string window = s.is_count ? std::string("\n    over 24h per ") + (r_.chance(60) ? "session" : "tenant")
                                        : "";
        if (s.kind == 0) {
            rule((s.is_count ? "count " : "mark ") + s.name + (s.is_count ? " = number" : ""), reach, window);
            if (!s.is_count && r_.chance(20)) rule("mark " + s.name, reach, "");
            return;
        }
        const GSelector& sel = selectors_[s.name];
        if (s.max_keys != 0) window = "\n    over 24h per args.id max " + std::to_string(s.max_keys) + " keys";
        std::string what = s.kind == 1 ? "sum args.amount" : "distinct args.id max " + std::to_string(s.most);
        w_.decls.push_back("count " + s.name + " = " + what + " for " + sel.text + guards(reach, sel) + window);
    }

    World& w_;
    Random& r_;
    std::map<std::string, GSelector> selectors_;
};

}  // namespace

void write_rules(World& world) { Rules(world).write(); }

}  // namespace remit::oracle
