// `remit prove`: whether what a policy says must always hold, always holds.
#include "host/prove/prove.h"

#include <fmt/format.h>

#include "compiler/source/findings.h"
#include "compiler/source/render.h"
#include "host/cli/places.h"
#include "host/cli/policy_file.h"
#include "host/cli/progress.h"
#include "host/cli/solving.h"
#include "host/cli/verbs.h"
#include "host/prove/lint.h"
#include "vm/engine/json.h"
#include "vm/value/sha256.h"

namespace remit::cli {

namespace {

using prove::Proof;
using prove::Status;

std::string tools_text(const Proof& proof) {
    return fmt::format("{} tool{}", proof.tools, proof.tools == 1 ? "" : "s");
}

class ProveReport {
public:
    ProveReport(const Sources& sources, Console& console) : sources_(sources), console_(console) {}

    void human(const std::vector<Proof>& proofs) {
        for (const Proof& proof : proofs) human(proof);
        size_t proved = 0;
        for (const Proof& proof : proofs) proved += proof.status == Status::Proved;
        console_.out().line(fmt::format("{} of {} proved", proved, proofs.size()));
    }
    void json(const std::vector<Proof>& proofs) {
        std::string out = "[";
        for (const Proof& proof : proofs) out += (out.size() > 1 ? ",\n " : "\n ") + one_json(proof);
        console_.out().write(out + "\n]\n");
    }
    void findings(const std::vector<Proof>& proofs, RenderFormat format) {
        Findings all;
        all.verb = "prove";
        add_rule(all,
                 {"counterexample", "Counterexample", "what must always hold can be violated",
                  "change the other rules so that it cannot, or keep the rule: it denies these calls", Level::Error});
        add_rule(all, {"unproved", "Unproved", "neither proved nor refuted", "", Level::Warning});
        for (const Proof& proof : proofs) {
            if (proof.status == Status::Proved) continue;
            const bool refuted = proof.status == Status::Counterexample;
            Finding found{{}, Level::Error, {}, {}, {}, {}, {}, {}, {}};
            found.rule = refuted ? "counterexample" : "unproved";
            found.level = refuted ? Level::Error : Level::Warning;
            found.message = refuted ? fmt::format("only this rule denies a call of {}: {}", proof.tool, proof.request)
                                    : fmt::format("not proved for {}: {}", proof.tool, proof.reason);
            found.at = region_at(sources_, proof.rule->at);
            found.line = line_at(sources_, proof.rule->at);
            all.list.push_back(std::move(found));
        }
        for (FileId id = 0; id < sources_.size(); ++id) all.files.push_back(sources_.file(id).name());
        console_.out().write(render(format, all));
    }

private:
    void human(const Proof& proof) {
        const bool color = console_.color_out();
        const std::string_view word = status_name(proof.status);
        const Paint how = proof.status == Status::Proved           ? Paint::Green
                          : proof.status == Status::Counterexample ? Paint::Red
                                                                   : Paint::Yellow;
        Output& out = console_.out();
        out.line(fmt::format("{:<14}  {}  {}", paint(color, how, word), printable(proof.rule->at),
                             paint(color, Paint::Dim, tools_text(proof))));
        const std::string line = line_at(sources_, proof.rule->at);
        if (!line.empty()) out.line("    " + printable(line));
        if (proof.status == Status::Unknown)
            out.line(fmt::format("    {}: {}", printable(proof.tool), printable(proof.reason)));
        if (proof.status != Status::Counterexample) return;
        out.line(fmt::format("    a call of {} that nothing else denies:", printable(proof.tool)));
        out.line("    " + printable(proof.request));
        for (const SpokenRule& rule : proof.decision.rules)
            out.line(fmt::format("    {:<7} {}", rule.kind, printable(rule.at.empty() ? rule.rule : rule.at)));
    }
    static std::string quoted(std::string_view text) {
        std::string out;
        append_json_string(out, text);
        return out;
    }
    static std::string one_json(const Proof& proof) {
        std::string out = fmt::format(R"({{"rule":"{}","at":{},"status":"{}","tools":{})", to_text(proof.rule->id),
                                      quoted(proof.rule->at), status_name(proof.status), proof.tools);
        if (!proof.tool.empty()) out += ",\"tool\":" + quoted(proof.tool);
        if (proof.status == Status::Unknown) out += ",\"reason\":" + quoted(proof.reason);
        if (proof.status == Status::Counterexample)
            out += ",\"request\":" + proof.request + ",\"decision\":" + to_json(proof.decision);
        return out + "}";
    }

    const Sources& sources_;
    Console& console_;
};

/// `--lint`: warnings, which are no reason to fail.
Exit show_remarks(const std::vector<prove::Remark>& remarks, const Sources& sources, const std::string& format,
                  Console& console) {
    Findings all;
    all.verb = "prove";
    for (const prove::Remark& r : remarks) {
        const std::string word(remark_word(r.kind));
        add_rule(all, {word, "", r.text, "", Level::Warning});
        Finding found{word, Level::Warning, r.text, {}, {}, {}, {}, {}, {}};
        found.at = region_at(sources, r.at);
        found.line = line_at(sources, r.at);
        if (format == "human") {
            const std::string place = r.at.empty() ? "" : printable(r.at) + ": ";
            console.out().line(
                fmt::format("{}  {}{}", paint(console.color_out(), Paint::Yellow, word), place, printable(r.text)));
            if (!found.line.empty()) console.out().line("    " + printable(found.line));
        }
        all.list.push_back(std::move(found));
    }
    for (FileId id = 0; id < sources.size(); ++id) all.files.push_back(sources.file(id).name());
    if (format == "human")
        console.out().line(fmt::format("{} remark{}", remarks.size(), remarks.size() == 1 ? "" : "s"));
    else
        console.out().write(render(*render_format(format), all));
    return Exit::Fine;
}

Exit exit_of(const std::vector<Proof>& proofs, bool deny_unknown) {
    for (const Proof& proof : proofs) {
        if (proof.status == Status::Counterexample) return Exit::Wrong;
        if (proof.status == Status::Unknown && deny_unknown) return Exit::Wrong;
    }
    return Exit::Fine;
}

}  // namespace

Exit run_prove(const Arguments& arguments, Console& console) {
    const auto timeout = timeout_ms(arguments);
    if (!timeout) return bad_timeout(arguments, console);
    Ready ready = open_and_load(arguments.words[0], Engine::Interp, console.color_err());
    console.err(ready.opened.report);
    if (ready.policy == nullptr) return ready.opened.exit;
    Progress progress(console, "questions");
    prove::ProveOptions options;
    options.solver = {arguments.get("solver"), *timeout};
    options.only = arguments.get("only");
    options.progress = [&](size_t done, size_t total) { progress.at(done, total); };
    const Sources& sources = ready.opened.compilation->sources;
    const std::string& format = arguments.get("format");
    if (arguments.has("lint")) {
        const auto remarks = prove::lint(ready.policy, options);
        progress.end();
        if (remarks) return show_remarks(*remarks, sources, format, console);
        console.error(remarks.error());
        return Exit::Environment;
    }
    const auto proofs = prove::prove(ready.policy, options);
    progress.end();
    if (!proofs) {
        console.error(proofs.error());
        return Exit::Environment;
    }
    if (proofs->empty() && !options.only.empty()) {
        console.error(fmt::format("no `never` or `always` rule at or named `{}`", options.only));
        return Exit::Wrong;
    }
    ProveReport report(sources, console);
    if (format == "human")
        report.human(*proofs);
    else if (format == "json")
        report.json(*proofs);
    else
        report.findings(*proofs, *render_format(format));
    return exit_of(*proofs, arguments.has("deny-unknown"));
}

}  // namespace remit::cli
