#include "compiler/check/check_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/check/check_expr.h"
#include "compiler/check/literal.h"
#include "compiler/syntax/words.h"
#include "vm/program/limits.h"
#include "vm/program/limits.h"
#include "vm/value/scalar.h"

namespace remit {

namespace {

constexpr int64_t kMaxQuorum = 1000;
constexpr const char* kLevels[] = {"none", "process", "sandbox", "microvm"};

class RuleChecker {
public:
    RuleChecker(World& world, const ast::File& file, const ast::Rule& rule) : world_(world), file_(file), rule_(rule) {}

    void run() {
        out_.span = rule_.head;
        out_.info.at = world_.sources->at(rule_.head);
        out_.info.kind = static_cast<RuleKind>(rule_.verb);
        if (rule_.because) out_.info.because = rule_.because->text;
        out_.info.after = rule_.after;
        out_.head = rule_.after ? "after " : "";
        out_.head += word_of(rule_.verb);
        payload();
        if (rule_.watch) watch();
        const std::vector<uint32_t> tools = select_tools(world_, rule_, out_.head);
        if (rule_.key != ast::kNoExpr) check_key(tools);
        if (rule_.including_write) out_.head += " including write";
        if (rule_.because) out_.head += " because " + quoted(rule_.because->text);
        const bool from_library = world_.sources->file(file_.file).name().rfind("std.", 0) ==
                                  0;  // written for tools it cannot know
        if (tools.empty() && !from_library && !world_.diagnostics.has_errors())
            world_.diagnostics.report<DiagId::CoversNothing>(rule_.head, covers_hint());
        for (std::vector<uint32_t>& group : groups(tools)) check_group(std::move(group));
        unify_scales();
        for (const auto& [at, what] : always_there_)
            if (what.groups == out_.variants.size()) world_.diagnostics.report<DiagId::HasAlways>(what.span, what.path);
        world_.policy.rules.push_back(std::move(out_));
    }

private:
    const char* covers_hint() const {
        return rule_.verb == ast::Verb::Allow && !rule_.including_write
                   ? "; a glob covers write tools only with `including write`"
                   : "";
    }

    // ---- what the verb gives -----------------------------------------------------------------------------------

    void payload() {
        RuleInfo& info = out_.info;
        switch (rule_.verb) {
            case ast::Verb::Allow: return allow();
            case ast::Verb::Block: return block();
            case ast::Verb::Risk:
                named(ir::Phase::Risk, Action::Risk);
                info.number = number(*rule_.number, 0, INT64_MAX);
                out_.payload = info.number;
                out_.head += fmt::format(" +{}", info.number);
                return;
            case ast::Verb::Lane: return lane();
            case ast::Verb::Ask: return ask();
            case ast::Verb::Limit: return limit();
            case ast::Verb::Quota: return quota();
            case ast::Verb::Isolate: return isolate();
            case ast::Verb::Reach: return reach();
            case ast::Verb::Record: return record();
            case ast::Verb::Redact: return;  // its path is checked with the group
            case ast::Verb::Retain: return retain();
            case ast::Verb::Mark: return state(Action::Mark);
            case ast::Verb::Count:
                state(rule_.count == ast::CountKind::Distinct ? Action::CountDistinct : Action::Count);
                return count();
            case ast::Verb::Never: return never();
        }
    }

    /// It is listed where it speaks, after all others have run, and that is all.
    void watch() {
        out_.info.watch = true;
        out_.action = Action::Note;
        out_.phase = ir::Phase::Rest;
        out_.payload = 0;
        out_.head = "watch " + out_.head;
    }

    void named(ir::Phase phase, Action action) {
        out_.phase = phase;
        out_.action = action;
        out_.info.name = rule_.names.empty() ? "" : rule_.names[0].text;
        out_.head += " " + out_.info.name;
    }

    void allow() {
        out_.phase = ir::Phase::Facts;
        out_.action = Action::Allow;
        out_.must = true;
        std::vector<std::string> names;
        bool anyone = false;
        for (const ast::Name& n : rule_.names) {
            anyone = anyone || n.text == "anyone";
            if (n.text == "anyone") continue;
            if (const auto role = role_index(n)) {
                out_.roles.push_back(*role);
                names.push_back(n.text);
            }
        }
        if (anyone) {
            out_.roles.clear();
            names = {"anyone"};
        }
        std::sort(names.begin(), names.end());
        out_.head += fmt::format(" {}", fmt::join(names, " "));
    }

    void block() {
        out_.action = rule_.signer ? Action::Note : Action::Block;
        if (!rule_.signer) return;
        out_.info.overridable = true;
        out_.head += " override";
        ask();
    }

    void lane() {
        named(ir::Phase::Lane, Action::Lane);
        lane_rank();
        out_.payload = out_.info.number;
    }

    /// The rank of the lane that the rule names.
    void lane_rank() {
        out_.info.name = rule_.names[0].text;
        const std::vector<std::string>& lanes = world_.schema.vocabularies[kVocLanes].symbols;
        const auto it = std::find(lanes.begin(), lanes.end(), out_.info.name);
        if (it == lanes.end()) {
            world_.diagnostics.report<DiagId::UnknownSymbol>(rule_.names[0].span, out_.info.name, "lane")
                .help = suggest(out_.info.name, lanes);
            return;
        }
        out_.info.number = it - lanes.begin();
    }

    void ask() {
        signer(*rule_.signer);
        out_.info.window_ns = duration(*rule_.within);
        out_.info.words = sorted_words(rule_.with);
        out_.head += fmt::format(" within {} with {}", out_.info.window_ns, fmt::join(out_.info.words, " "));
    }

    void never() {
        RuleInfo& info = out_.info;
        info.always = rule_.always;
        info.property = static_cast<Property>(rule_.property);
        info.order = order();
        if (rule_.always) out_.head = "always";
        if (rule_.always || rule_.property != ast::Property::Allow)
            out_.head += fmt::format(" {}", word_of(rule_.property));
        claim();
        if (info.words.size() > limits::kMaxClaimWords)
            world_.diagnostics.report<DiagId::TooMany>(rule_.names[0].span, limits::kMaxClaimWords,
                                                       "words in one claim");
    }

    /// What of a decision a `never` or `always` is about.
    void claim() {
        RuleInfo& info = out_.info;
        switch (rule_.property) {
            case ast::Property::Allow:
                if (!rule_.signer) return;
                out_.head += " unless";
                return signer(*rule_.signer);
            case ast::Property::Block:
            case ast::Property::Redact: return;  // its path is checked with the group
            case ast::Property::Ask: return signer(*rule_.signer);
            case ast::Property::Limit: return limit();
            case ast::Property::Quota: return quota();
            case ast::Property::Isolate: return isolate();
            case ast::Property::Reach: return profile();
            case ast::Property::Record: return record();
            case ast::Property::Risk:
                info.number = number(*rule_.number, 0, INT64_MAX);
                out_.head += fmt::format(" {} {}", word_of(rule_.cmp), info.number);
                return;
            case ast::Property::Lane:
                out_.head += fmt::format(" {} {}", word_of(rule_.cmp), rule_.names[0].text);
                lane_rank();
                info.name.clear();  // a claim has no name
                return;
        }
    }

    Order order() const {
        switch (rule_.cmp) {
            case ast::Cmp::Eq: return Order::Eq;
            case ast::Cmp::Ne: return Order::Ne;
            case ast::Cmp::Lt: return Order::Lt;
            case ast::Cmp::Le: return Order::Le;
            case ast::Cmp::Gt: return Order::Gt;
            default: return Order::Ge;
        }
    }

    void limit() {
        out_.info.number = number(*rule_.number, 1, INT64_MAX);
        out_.info.per = per(*rule_.per);
        out_.head += fmt::format(" {} parallel per {}", out_.info.number, rule_.per->text);
    }

    void quota() {
        RuleInfo& info = out_.info;
        info.number = number(*rule_.number, 1, INT64_MAX);
        info.window_ns = duration(*rule_.over);
        info.per = per(*rule_.per);
        out_.head += fmt::format(" {} over {} per {}", info.number, info.window_ns, rule_.per->text);
    }

    void record() {
        out_.info.words = sorted_words(rule_.names);
        out_.head += fmt::format(" {}", fmt::join(out_.info.words, " "));
    }

    void signer(const ast::Signer& s) {
        RuleInfo& info = out_.info;
        info.quorum = s.quorum ? static_cast<uint32_t>(number(*s.quorum, 1, kMaxQuorum)) : 1;
        if (s.who.text == "owner") {
            if (info.quorum != 1) world_.diagnostics.report<DiagId::BadNumber>(s.quorum->span, s.quorum->text, 1, 1);
        } else if (const auto role = role_index(s.who)) {
            info.signer = *role;
        }
        out_.head += fmt::format(" {} of {}", info.quorum, s.who.text);
    }

    void isolate() {
        RuleInfo& info = out_.info;
        info.words = sorted_words(rule_.names);
        for (const ast::Name& n : rule_.names)
            if (n.text != "tenant" && n.text != "session" && n.text != "lane" && n.text != "trust")
                world_.diagnostics.report<DiagId::UnknownKey>(n.span, n.text)
                    .help = "keys are tenant, session, lane, trust";
        if (rule_.level) {
            const auto it = std::find(std::begin(kLevels), std::end(kLevels), rule_.level->text);
            if (it == std::end(kLevels))
                world_.diagnostics.report<DiagId::UnknownLevel>(rule_.level->span, rule_.level->text);
            else
                info.level = static_cast<uint32_t>(it - std::begin(kLevels));
        }
        out_.head += fmt::format(" {} by {}", kLevels[info.level], fmt::join(info.words, " "));
    }

    void reach() {
        out_.must = true;  // it opens the way: a guard that errs opens nothing
        profile();
    }

    void profile() {
        const ast::Name& name = rule_.names[0];
        const auto it = world_.egress.find(name.text);
        out_.head += " " + name.text;
        if (it != world_.egress.end()) {
            out_.info.egress = it->second;
            return;
        }
        std::vector<std::string> names;
        for (const Egress& e : world_.schema.egress) names.push_back(e.name);
        Diagnostic& d = world_.diagnostics.report<DiagId::UnknownEgress>(name.span, name.text);
        if (std::string hint = suggest(name.text, names); !hint.empty()) d.help = hint;
    }

    void retain() {
        RuleInfo& info = out_.info;
        if (rule_.at_least) info.at_least_ns = duration(*rule_.at_least);
        if (rule_.at_most) info.at_most_ns = duration(*rule_.at_most);
        if (rule_.at_least && rule_.at_most && info.at_least_ns > info.at_most_ns)
            world_.diagnostics.report<DiagId::RetentionConflict>(rule_.head, rule_.at_least->text, rule_.at_most->text);
        out_.head += fmt::format(" at least {} at most {}", info.at_least_ns, info.at_most_ns);
    }

    /// Marks and counts; check.cpp gives them their slots once all are known.
    void state(Action action) { named(ir::Phase::Facts, action); }

    /// What the count becomes; one that is only watched becomes nothing.
    StateDesc& described() { return rule_.watch ? watched_ : world_.schema.states[world_.states.at(out_.info.name)]; }

    /// `per args.x max N keys`.
    void keyed(StateDesc& desc) {
        const ast::Expr& key = file_.expr(rule_.key);
        const bool argument = key.kind == ast::ExprKind::Member &&
                              file_.expr(key.kids[0]).kind == ast::ExprKind::Word &&
                              file_.expr(key.kids[0]).text == "args";
        if (!argument) {
            world_.diagnostics.report<DiagId::CountKey>(key.span, key.text, "it is no argument of the call")
                .help = "write `per args.NAME max N keys`";
            return;
        }
        desc.key = key.text;
        desc.per = Window::Tenant;
        desc.max_keys = static_cast<uint32_t>(number(*rule_.max_keys, 1, limits::kMaxListItems));
        out_.head += fmt::format(" args.{} max {} keys", desc.key, desc.max_keys);
    }

    /// The tools that are counted agree on what the key is, and it is always there.
    void check_key(const std::vector<uint32_t>& tools) {
        const std::string& name = described().key;
        const FieldDesc* first = tools.empty() || name.empty() ? nullptr : world_.find_param(tools[0], name);
        const Span at = name.empty() ? rule_.head : file_.expr(rule_.key).span;
        for (const uint32_t tool : tools) {
            if (name.empty()) return;
            const std::string& called = world_.schema.tools[tool].name;
            const FieldDesc* param = world_.find_param(tool, name);
            const auto refuse = [&](const std::string& why) {
                world_.diagnostics.report<DiagId::CountKey>(at, "args." + name, why);
            };
            if (param == nullptr) return refuse(fmt::format("tool `{}` has no such argument", called));
            if (param->nullable || (param->optional && !param->has_default))
                return refuse(fmt::format("it may be absent or null in a call of `{}`", called));
            if (param->type.kind >= ValueKind::List) return refuse(world_.name_of(param->type) + " is no key");
            if (!same_type(param->type, first->type))
                return refuse(fmt::format("it is of another type in `{}` than in `{}`", called,
                                          world_.schema.tools[tools[0]].name));
        }
        if (first != nullptr && !rule_.watch) world_.count_keys[out_.info.name] = first->type;
    }

    void count() {
        StateDesc& desc = described();
        desc.count = static_cast<CountKind>(rule_.count);
        desc.over_ns = duration(*rule_.over);
        out_.head += fmt::format(" {} over {} per", static_cast<int>(rule_.count), desc.over_ns);
        if (rule_.key != ast::kNoExpr) {
            keyed(desc);
        } else {
            desc.per = per(*rule_.per);
            out_.head += " " + rule_.per->text;
        }
        if (rule_.count != ast::CountKind::Distinct) return;
        desc.max_distinct = static_cast<uint32_t>(number(*rule_.number, 1, 65'536));
        out_.head += fmt::format(" max {}", desc.max_distinct);
    }

    // ---- guards ------------------------------------------------------------------------------------------------

    void add_all_params(std::set<std::string>& names, const std::vector<uint32_t>& tools) const {
        for (uint32_t tool : tools)
            for (const FieldDesc& param : world_.arguments(tool)) names.insert(param.name);
    }

    /// The arguments and fields of the result that the rule's expressions mention, sorted; those of all its tools if it reads the labels of the whole call.
    std::vector<std::string> arguments(const std::vector<uint32_t>& tools) const {
        std::set<std::string> names;
        std::vector<ast::ExprId> open;
        for (ast::ExprId id : {rule_.when, rule_.except, rule_.summand, rule_.path})
            if (id != ast::kNoExpr) open.push_back(id);
        while (!open.empty()) {
            const ast::ExprId id = open.back();
            const ast::Expr& e = file_.expr(id);
            open.pop_back();
            if (e.kind == ast::ExprKind::Member && file_.expr(e.kids[0]).kind == ast::ExprKind::Word) {
                const std::string& of = file_.expr(e.kids[0]).text;
                if (of == "args") names.insert(e.text);
                if (of == "result" && rule_.after) names.insert(std::string(kResultPrefix) + e.text);
            }
            if (is_whole_label(file_, id)) add_all_params(names, tools);
            open.insert(open.end(), e.kids.begin(), e.kids.end());
        }
        return {names.begin(), names.end()};
    }

    /// Splits the tools by the types that they give to the arguments the rule reads.
    std::vector<std::vector<uint32_t>> groups(const std::vector<uint32_t>& tools) const {
        if (tools.empty()) return {};
        const std::vector<std::string> names = arguments(tools);
        if (names.empty()) return {tools};
        std::map<std::vector<uint32_t>, std::vector<uint32_t>> by_types;
        for (uint32_t tool : tools) {
            std::vector<uint32_t> types;
            for (const std::string& name : names) types.push_back(world_.param_key_id(tool, name));
            by_types[std::move(types)].push_back(tool);
        }
        std::vector<std::vector<uint32_t>> out;
        for (auto& [types, group] : by_types) out.push_back(std::move(group));
        return out;
    }

    void check_group(std::vector<uint32_t> tools) {
        ir::Variant variant;
        variant.tools = std::move(tools);
        ExprChecker checker(world_, file_, rule_.verb, variant.tools);
        std::vector<ir::NodeId> parts;
        if (rule_.when != ast::kNoExpr) parts.push_back(checker.guard(rule_.when, true));
        if (rule_.except != ast::kNoExpr) parts.push_back(world_.op(Op::Not, {checker.guard(rule_.except, false)}));
        if (parts.size() == 1) variant.guard = parts[0];
        if (parts.size() == 2) variant.guard = world_.op(Op::And, std::move(parts));
        if (rule_.summand != ast::kNoExpr) variant.summand = summand(checker);
        if (rule_.path != ast::kNoExpr) redact(checker);
        if (checker.reads_risk_or_lane() && ast::defines_state(rule_)) {
            out_.phase = ir::Phase::LateState;
            world_.late_states.insert(out_.info.name);
        }
        for (const auto& [at, what] : checker.always_there()) {
            Always& always = always_there_[at];
            always = {what.first, what.second, always.groups + 1};
        }
        if (rule_.verb == ast::Verb::Reach && (checker.reads_risk_or_lane() || checker.reads_state())) {
            out_.info
                .narrows = true;  // state, risk and lane only tighten: such a rule adds its profile but opens nothing
            out_.must = false;
        }
        out_.reads_params = out_.reads_params || checker.reads_params();
        for (uint32_t use : checker.fact_uses()) world_.need_fact(variant.tools, use);
        out_.variants.push_back(std::move(variant));
    }

    ir::NodeId summand(ExprChecker& checker) {
        const Typed t = checker.value(rule_.summand);
        const Span span = file_.expr(rule_.summand).span;
        StateDesc& desc = described();
        if (!t.ok) return ir::kNoNode;
        if (rule_.count == ast::CountKind::Distinct) return distinct(t, desc, span);
        if (!is_number(t.type)) {
            world_.diagnostics.report<DiagId::TypeMismatch>(span, "a number", world_.name_of(t.type));
            return ir::kNoNode;
        }
        if (!t.natural) world_.diagnostics.report<DiagId::SummandNegative>(span);
        scales_.push_back(scale_of(t.type));
        return t.node;
    }

    /// Groups of tools may give the summand different scales; the count has the largest. What overflows counts as unbounded.
    void unify_scales() {
        if (scales_.empty() || scales_.size() != out_.variants.size()) return;
        const int scale = *std::max_element(scales_.begin(), scales_.end());
        described().scale = static_cast<uint8_t>(scale);
        for (size_t v = 0; v < scales_.size(); ++v) {
            int64_t factor = 1;
            for (int i = scales_[v]; i < scale; ++i) factor *= 10;
            ir::NodeId& summand = out_.variants[v].summand;
            if (factor > 1 && summand != ir::kNoNode)
                summand = world_.op(Op::MulI, {summand, world_.number(factor, fmt::format("{}", factor))});
        }
    }

    ir::NodeId distinct(const Typed& t, StateDesc& desc, Span span) {
        desc.distinct_type = t.type;
        const Kind kind = kind_of(t.type);
        if (kind == Kind::Int || kind == Kind::Str) return t.node;
        if (kind == Kind::Email || kind == Kind::Url) {
            desc.distinct_type = scalar_type(ValueKind::String);  // known by their texts, in normal form
            return world_.op(kind == Kind::Email ? Op::EmailText : Op::UrlText, {t.node});
        }
        world_.diagnostics.report<DiagId::DistinctType>(span, world_.name_of(t.type));
        return ir::kNoNode;
    }

    void redact(ExprChecker& checker) {
        const Typed t = checker.mentioned(rule_.path);
        if (!t.ok) return;
        const std::string_view prefix = rule_.after ? kResultPrefix : "args.";
        if (!t.path.starts_with(prefix)) {
            const Span span = file_.expr(rule_.path).span;
            if (rule_.after)
                world_.diagnostics.report<DiagId::RedactResultForm>(span);
            else
                world_.diagnostics.report<DiagId::RedactForm>(span);
            return;
        }
        std::string path = rule_.after ? "/result" : "";
        add_steps(rule_.path, path);
        if (out_.info.path.empty()) out_.head += " path " + path;
        out_.info.path = std::move(path);
    }

    /// `args.a.b` as a JSON pointer: `/a/b`.
    void add_steps(ast::ExprId id, std::string& path) const {
        const ast::Expr& e = file_.expr(id);
        if (e.kind != ast::ExprKind::Member) return;
        add_steps(e.kids[0], path);
        path += '/';
        for (const char c : e.text) path += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, c);
    }

    // ---- small things ------------------------------------------------------------------------------------------

    int64_t number(const ast::Name& digits, int64_t low, int64_t high) {
        const std::optional<int64_t> n = parse_int(digits.text);
        if (n && *n >= low && *n <= high) return *n;
        world_.diagnostics.report<DiagId::BadNumber>(digits.span, digits.text, low, high);
        return low;
    }

    int64_t duration(const ast::Name& text) {
        if (const std::optional<int64_t> ns = parse_duration(text.text); ns && *ns > 0) return *ns;
        world_.diagnostics.report<DiagId::LiteralRange>(text.span, text.text, "duration");
        return 1;
    }

    Window per(const ast::Name& name) {
        if (name.text == "session") return Window::Session;
        if (name.text == "tenant") return Window::Tenant;
        world_.diagnostics.report<DiagId::UnknownKey>(name.span, name.text).help = "keys are session, tenant";
        return Window::Session;
    }

    std::optional<uint32_t> role_index(const ast::Name& name) {
        const auto it = world_.roles.find(name.text);
        if (it != world_.roles.end()) return it->second;
        Diagnostic& d = world_.diagnostics.report<DiagId::UnknownRole>(name.span, name.text);
        if (std::string hint = suggest(name.text, world_.schema.roles); !hint.empty()) d.help = hint;
        return std::nullopt;
    }

    static std::vector<std::string> sorted_words(const std::vector<ast::Name>& names) {
        std::set<std::string> words;
        for (const ast::Name& n : names) words.insert(n.text);
        return {words.begin(), words.end()};
    }

    struct Always {  // a test for presence, and for how many groups it is always true
        Span span;
        std::string path;
        size_t groups = 0;
    };
    std::map<uint32_t, Always> always_there_;

    World& world_;
    const ast::File& file_;
    const ast::Rule& rule_;
    ir::Rule out_;
    StateDesc watched_;        // of a count that is only watched
    std::vector<int> scales_;  // of a count's summand, for each variant
};

}  // namespace

void check_rule(World& world, const ast::File& file, const ast::Rule& rule) { RuleChecker(world, file, rule).run(); }

}  // namespace remit
