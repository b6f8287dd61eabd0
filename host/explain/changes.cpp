#include "host/explain/changes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "host/explain/candidates.h"
#include "vm/value/sha256.h"

namespace remit::explain {

namespace {

constexpr size_t kMostCandidates = 120;  // pairs are their square

std::string shown(const Obligation& o) {
    std::string out = o.quorum == 1 ? o.by : fmt::format("{} of {}", o.quorum, o.by);
    for (size_t i = 0; i < o.with.size(); ++i) out += (i == 0 ? " with " : ", ") + o.with[i];
    return out;
}

class Search {
public:
    Search(Decider& decider, const Json& root, const Decision& decision)
        : decider_(decider), root_(root), before_(decision.verdict) {
        if (const Json* owner = find(root, std::vector<std::string>{"session", "owner"})) owner_ = owner->text;
        if (const Json* time = find(root, std::vector<std::string>{"context", "time"})) time_ = time->text;
    }

    /// Decides the request with these candidates; keeps what turns the verdict.
    bool attempt(const std::vector<const Candidate*>& together, int size) {
        std::vector<Edit> edits;
        Change change;
        for (const Candidate* c : together) {
            edits.insert(edits.end(), c->edits.begin(), c->edits.end());
            change.what.push_back(c->what);
        }
        change.request = edited(root_, edits);
        const Decision decision = decider_.decide(change.request);
        if (decision.verdict == before_) return false;
        change.verdict = decision.verdict;
        for (const Obligation& o : decision.ask)
            if (decision.verdict == Verdict::Ask && !o.met) change.approvals.push_back(shown(o));
        found_.emplace_back(size, std::move(change));
        return true;
    }
    /// Everyone who is asked signs.
    void approvals(const Decision& decision) {
        std::vector<Edit> evidence;
        Change change;
        for (const Obligation& o : decision.ask) {
            if (o.met) continue;
            change.what.push_back("approved by " + shown(o));
            for (const std::string& name : o.with)
                evidence.push_back({{"call", "evidence", name}, json_string(remit::to_text(sha256(name)))});
        }
        const std::string digest = decider_.decide(edited(root_, evidence)).digest;
        evidence.push_back({{"signatures"}, "[" + signatures(decision, digest) + "]"});
        change.request = edited(root_, evidence);
        change.verdict = decider_.decide(change.request).verdict;
        if (change.verdict != before_) found_.emplace_back(0, std::move(change));
    }
    std::vector<Change> take() {
        std::stable_sort(found_.begin(), found_.end(), [](const auto& a, const auto& b) {
            const auto order = [](const auto& f) {
                return std::tuple(f.second.what.size(), f.first, f.second.verdict);
            };
            return order(a) < order(b);
        });
        std::vector<Change> out;
        std::map<std::string, int> of_name;  // one thing is not shown with all its values
        for (auto& [size, change] : found_) {
            const std::string first = change.what.front().substr(0, change.what.front().find(" were"));
            if (change.what.size() == 1 && of_name[first + std::to_string(static_cast<int>(change.verdict))]++ > 0)
                continue;
            if (out.size() < kMostChanges) out.push_back(std::move(change));
        }
        return out;
    }
    bool reaches(Verdict verdict) const {
        return std::any_of(found_.begin(), found_.end(), [&](const auto& f) { return f.second.verdict <= verdict; });
    }

private:
    std::string signatures(const Decision& decision, const std::string& digest) const {
        std::string out;
        size_t people = 0;
        for (const Obligation& o : decision.ask) {
            if (o.met) continue;
            for (uint32_t n = 0; n < o.quorum; ++n) {
                const std::string by = o.by == "owner" ? owner_ : fmt::format("approver-{}", ++people);
                out += fmt::format(R"({}{{"by":{},"kind":"person","roles":[{}],"digest":{},"asked":{},"signed":{}}})",
                                   out.empty() ? "" : ",", json_string(by), o.by == "owner" ? "" : json_string(o.by),
                                   json_string(digest), json_string(time_), json_string(time_));
            }
        }
        return out;
    }

    Decider& decider_;
    const Json& root_;
    Verdict before_;
    std::string owner_, time_;
    std::vector<std::pair<int, Change>> found_;
};

bool same_thing(const Candidate& a, const Candidate& b) { return a.edits.front().path == b.edits.front().path; }

}  // namespace

std::vector<Change> nearest_changes(const Program& program, const std::vector<const WrittenRule*>& rules,
                                    Decider& decider, std::string_view request, const Decision& decision) {
    Arena arena;
    JsonReader reader;
    const Json* root = reader.read(request, arena);
    if (root == nullptr || !root->is(JsonKind::Object)) return {};
    std::vector<Candidate> all = candidates(program, rules, *root, decision);
    if (all.size() > kMostCandidates) all.resize(kMostCandidates);
    Search search(decider, *root, decision);
    if (decision.verdict == Verdict::Ask) search.approvals(decision);
    std::vector<const Candidate*> alone;  // that change nothing by themselves
    for (const Candidate& c : all)
        if (!search.attempt({&c}, c.size)) alone.push_back(&c);
    if (decision.verdict == Verdict::Allow || search.reaches(Verdict::Allow)) return search.take();
    for (size_t i = 0; i < alone.size(); ++i)
        for (size_t k = i + 1; k < alone.size(); ++k)
            if (!same_thing(*alone[i], *alone[k]))
                search.attempt({alone[i], alone[k]}, alone[i]->size + alone[k]->size);
    return search.take();
}

}  // namespace remit::explain
