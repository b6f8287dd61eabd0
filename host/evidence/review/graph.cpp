#include "host/evidence/review/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "host/evidence/review/parsed.h"

namespace remit::evidence {

namespace {

GraphCall call_of(const Parsed& record) {
    GraphCall call;
    call.index = record.index();
    call.action = record.action();
    call.time_ns = record.head().wall_ns;
    call.intent = record.head().kind == Kind::Intent;
    call.call = record.text("call");
    call.parent = record.text("parent");
    call.tool = record.text("tool");
    call.verdict = record.decision("verdict");
    if (call.intent) call.status = "in doubt";
    return call;
}

/// A parent is the newest earlier record of the call that is named; an intent, if there is one, for what was not released caused nothing.
void connect(CallGraph& graph) {
    struct Latest {
        size_t any = 0;
        std::optional<size_t> intent;
    };
    std::map<std::string, Latest> by_call;
    for (size_t i = 0; i < graph.calls.size(); ++i) {
        GraphCall& call = graph.calls[i];
        const auto parent = call.parent.empty() || call.parent == call.call ? by_call.end() : by_call.find(call.parent);
        if (parent != by_call.end()) {
            graph.calls[parent->second.intent.value_or(parent->second.any)].children.push_back(i);
        } else {
            call.orphan = !call.parent.empty();
            graph.roots.push_back(i);
        }
        if (call.call.empty()) continue;
        Latest& latest = by_call[call.call];
        latest.any = i;
        if (call.intent) latest.intent = i;
    }
}

}  // namespace

Result<CallGraph> graph_of(Reading& log, FindIndex& index, const std::string& session) {
    FindQuery query;
    query.session = session;
    query.limit = 4 * kMaxGraphCalls;
    Result<std::vector<Found>> found = index.find(query);
    if (!found) return Failure{found.error()};
    CallGraph graph;
    graph.session = session;
    std::erase_if(*found, [](const Found& f) {
        return f.kind != Kind::Decision && f.kind != Kind::Intent && f.kind != Kind::Outcome;
    });
    // The newest stand first, and are kept.
    size_t calls = 0;
    std::erase_if(*found, [&](const Found& f) { return f.kind != Kind::Outcome && ++calls > kMaxGraphCalls; });
    graph.left_out = calls > kMaxGraphCalls ? calls - kMaxGraphCalls : 0;
    std::map<ActionId, size_t> intents;
    for (auto at = found->rbegin(); at != found->rend(); ++at) {
        const Result<Parsed> record = Parsed::fetch(log, at->index);
        if (!record) return Failure{record.error()};
        if (record->is_call()) {
            intents[record->action()] = graph.calls.size();
            graph.calls.push_back(call_of(*record));
            continue;
        }
        const auto answered = intents.find({record->head().chain, record->number("intent").value_or(UINT64_MAX)});
        if (answered == intents.end()) continue;
        GraphCall& call = graph.calls[answered->second];
        call.status = record->text("status");
        if (const auto duration = record->number("duration_us")) call.duration_us = static_cast<int64_t>(*duration);
    }
    if (graph.calls.empty()) return Failure{"no call of that session is on record"};
    connect(graph);
    return graph;
}

}  // namespace remit::evidence
