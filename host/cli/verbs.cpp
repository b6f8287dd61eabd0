#include "host/cli/verbs.h"

#include <fmt/format.h>

namespace remit::cli {

namespace {

constexpr std::string_view kEngines = "interp|jit|auto";
constexpr std::string_view kEngineHelp = "which engine decides; auto takes native code where there is some";

constexpr Flag kCommonFlags[] = {
    {"help", 'h', "", "", "", "say what this verb does"},
    {"color", 0, "WHEN", "auto|always|never", "auto", "colours; auto: on a terminal, unless NO_COLOR is set"},
};
constexpr Flag kCheckFlags[] = {
    {"format", 0, "FORMAT", "human|json|sarif|junit|github", "human", "how to print diagnostics"},
    {"deny-warnings", 0, "", "", "", "warnings count as errors"},
    {"pedantic", 0, "", "", "", "also warn of what is a matter of taste or of thoroughness"},
    {"budget", 0, "OPS", "", "", "refuse a tool whose worst decision costs more than OPS units"},
    {"costs", 0, "", "", "",
     "tell what a decision costs at worst, tool by tool, by which rules, and the facts that it needs"},
};
constexpr Flag kFmtFlags[] = {
    {"check", 0, "", "", "", "write nothing; list the files that differ, and exit with 1 if there are any"},
    {"diff", 0, "", "", "", "write nothing; print what would change, as a unified diff"},
    {"stdin", 0, "", "", "", "read standard input and write the result to standard output"},
};
constexpr Flag kBuildFlags[] = {
    {"output", 'o', "OUT", "", "", "where to write"},
    {"emit", 0, "STAGE", "ast|ir|program|index|llvm|asm|obj|header|wasm", "",
     "print (or with -o write) one stage instead of the image"},
};
constexpr Flag kEvalFlags[] = {
    {"engine", 0, "ENGINE", kEngines, "auto", kEngineHelp},
    {"cache", 0, "FOLDER", "", "", "keep native code there, so that the next start need not compile"},
    {"fail-on", 0, "VERDICT", "deny|ask", "", "exit with 1 if a verdict is this or stricter"},
    {"stateful", 0, "", "", "", "carry marks and counts from line to line, for recorded sessions"},
    {"explain", 0, "", "", "", "add the terms of the risk sum to each decision"},
    {"hand-over", 0, "", "", "", "add to each result that is allowed what may be handed over of it, redactions made"},
    {"evidence", 0, "FOLDER", "", "", "put each decision on record in the log there, which is made if there is none"},
    {"origin", 0, "NAME", "", "", "name of a log that --evidence makes; without it remit.local/ and the folder's name"},
    {"intents", 0, "", "", "", "with --evidence: allowed calls are intents with permits; lines tell of outcomes"},
};
constexpr Flag kExplainFlags[] = {
    {"format", 0, "FORMAT", "human|json", "human", "how to print the explanation"},
    {"line", 0, "N", "", "", "which line of a file of requests; without it the first"},
};
constexpr Flag kTestFlags[] = {
    {"format", 0, "FORMAT", "human|json|junit", "human", "how to print results"},
    {"engine", 0, "ENGINE", "interp|jit|auto|both", "auto", "which engine decides; both runs every test twice"},
    {"filter", 0, "TEXT", "", "", "only tests whose title contains TEXT, or fits it if it has `*` or `?`"},
    {"list", 0, "", "", "", "print the tests and their places, and run none"},
    {"jobs", 0, "N", "", "", "how many tests run at once; as many as there are processors if not given"},
    {"fail-fast", 0, "", "", "", "stop after the first test that fails"},
    {"watch", 0, "", "", "", "run again whenever a file changes, until stopped"},
    {"watch-runs", 0, "N", "", "", "with --watch: stop after N runs"},
    {"coverage", 0, "FORMAT", "text|lcov|html", "", "say which rules were seen to speak and to be silent", "text"},
    {"coverage-out", 0, "FILE", "", "", "write the coverage there"},
    {"coverage-min", 0, "PERCENT", "", "", "exit with 1 if less of the policy is covered"},
    {"mutate", 0, "", "", "", "change one thing in the policy at a time, and list the changes that no test notices"},
    {"mutate-max", 0, "N", "", "", "a random sample of N mutants of each file"},
    {"seed", 0, "N", "", "", "of that sample; 0 if not given"},
    {"mutation-min", 0, "PERCENT", "", "", "exit with 1 if fewer of the mutants are killed"},
    {"show-defaults", 0, "", "", "", "print the request that a test starts from, and stop"},
};
constexpr Flag kReplayFlags[] = {
    {"policy", 0, "FILE", "", "", "decide by this policy instead of the recorded ones"},
    {"engine", 0, "ENGINE", kEngines, "auto", kEngineHelp},
    {"from", 0, "N", "", "", "the first record, by its index"},
    {"to", 0, "N", "", "", "the record to stop before"},
    {"threads", 0, "N", "", "1", "how many decide at once"},
    {"examples", 0, "N", "", "3", "kept of each kind of difference"},
    {"format", 0, "FORMAT", "human|json", "human", "how to print the report"},
    {"fail-on-change", 0, "", "", "", "exit with 1 if a decision differs, also with --policy"},
};
constexpr Flag kProveFlags[] = {
    {"format", 0, "FORMAT", "human|json|sarif|github", "human", "how to print what was found"},
    {"timeout", 0, "DURATION", "", "5s", "how long the solver may think about one question"},
    {"only", 0, "RULE", "", "", "only rules whose place or hash contains RULE: `policy.remit:69`"},
    {"lint", 0, "", "", "", "instead: rules that never speak or change nothing, tools that nobody may call"},
    {"deny-unknown", 0, "", "", "", "exit with 1 also if something is neither proved nor refuted"},
    {"solver", 0, "PROGRAM", "", "", "an SMT-LIB 2 solver such as z3; without it, the one that was built with remit"},
};
constexpr Flag kDiffFlags[] = {
    {"format", 0, "FORMAT", "human|json|sarif|github|markdown", "human", "how to print what differs"},
    {"allow", 0, "RELATION", "none|stricter|looser|any", "none", "exit with 0 also if NEW is this"},
    {"timeout", 0, "DURATION", "", "5s", "how long the solver may think about one question"},
    {"solver", 0, "PROGRAM", "", "", "an SMT-LIB 2 solver such as z3; without it, the one that was built with remit"},
};
constexpr Flag kReplFlags[] = {
    {"engine", 0, "ENGINE", kEngines, "auto", kEngineHelp},
};
constexpr Flag kLspFlags[] = {
    {"stdio", 0, "", "", "", "talk over standard input and output, as it does anyway"},
};
constexpr Flag kBenchFlags[] = {
    {"engine", 0, "ENGINE", "interp|jit|both", "both", "which engine decides"},
    {"seconds", 0, "S", "", "0.5", "how long each measurement takes"},
    {"format", 0, "FORMAT", "human|json", "human", "how to print the figures"},
};
constexpr Flag kImportFlags[] = {
    {"output", 'o', "OUT", "", "", "where to write; standard output otherwise"},
    {"policy", 0, "NAME", "", "", "begin with `policy NAME`; without it the output is for `use`"},
    {"trust", 0, "LEVEL", "", "", "a trust level for every tool; without it they have the least"},
    {"prefix", 0, "TEXT", "", "", "put before every tool's name: `github.`"},
    {"check", 0, "POLICY", "", "",
     "mcp: print nothing but how the list differs from what POLICY declares, and which rules that touches"},
    {"format", 0, "FORMAT", "human|json|sarif|junit|github", "human", "how to print what --check found"},
};

constexpr Verb kVerbs[] = {
    {"check", "parse, type-check and lint policies", "FILE...",
     "Compiles each file with all that it uses and prints what is wrong with it. Without errors, one line says\n"
     "what the policy holds.",
     "remit check support.remit\n"
     "remit check --costs --budget 5000 support.remit\n"
     "remit check --format sarif policies/*.remit > remit.sarif\n"
     "remit check --format github --deny-warnings policies/*.remit\n",
     kCheckFlags, 1, SIZE_MAX, Completes::Policies, "", run_check},
    {"fmt", "bring policies into their canonical layout", "PATH...",
     "Rewrites each file, and each *.remit file below a directory, that is laid out otherwise. Comments stay, and so\n"
     "does the version hash. A file that cannot be parsed is left as it is.",
     "remit fmt support.remit\n"
     "remit fmt --check policies/\n"
     "remit fmt --diff support.remit\n"
     "remit fmt --stdin < support.remit\n",
     kFmtFlags, 0, SIZE_MAX, Completes::Paths, "", run_fmt},
    {"build", "compile a policy to an image, or show one of its stages", "FILE -o OUT",
     "The image holds the policy and all that it stands under; eval, test and hosts load it without a compiler.\n"
     "With --emit, one stage is printed instead: the syntax tree, the checked form, the bytecode, LLVM's\n"
     "intermediate code, assembly, an object file with one C function (obj; header declares it), or a\n"
     "WebAssembly module.",
     "remit build support.remit -o support.img\n"
     "remit build support.remit --emit program\n"
     "remit build gateway.remit --emit obj -o gateway.o\n"
     "remit build gateway.remit --emit header -o gateway.h\n",
     kBuildFlags, 1, 1, Completes::Policies, "", run_build},
    {"hash",
     "print a policy's version hash",
     "FILE",
     "SHA-256 over the checked policy: it changes when the meaning may, and not with layout, comments or order.",
     "remit hash support.remit\n",
     {},
     1,
     1,
     Completes::Policies,
     "",
     run_hash},
    {"eval", "decide requests: JSON Lines in, JSON Lines out", "FILE [REQUESTS|-]",
     "Reads one request from each line of REQUESTS (or standard input) and writes one decision for each, in the\n"
     "same order. A line that is no request is denied in its place. Memory does not grow with the input.\n"
     "With --evidence a decision is printed once it is durable on record, and what cannot be recorded is denied.",
     "remit eval support.remit requests.jsonl > decisions.jsonl\n"
     "remit eval support.remit requests.jsonl --evidence evidence/ > decisions.jsonl\n"
     "remit eval support.img --engine jit --fail-on deny < requests.jsonl\n"
     "remit eval support.remit --stateful session.jsonl\n",
     kEvalFlags, 1, 2, Completes::Paths, "", run_eval},
    {"explain", "say why a request is decided as it is, and what would change that", "FILE [REQUEST|-]",
     "Shows a smallest set of rules that yields the verdict, all rules that spoke, those that nearly did with the\n"
     "conditions that held them back, and the smallest changes of the request that would turn the verdict. Each\n"
     "change has been decided before it is shown.",
     "remit explain support.remit request.json\n"
     "remit explain support.remit requests.jsonl --line 3 --format json\n",
     kExplainFlags, 1, 2, Completes::Paths, "", run_explain},
    {"test", "run the test blocks of policies", "PATH...",
     "Runs the `test` blocks of each file, and of each *.remit file below a directory. A test says only what\n"
     "matters to it; the rest comes from a default session, which --show-defaults prints.",
     "remit test support.remit\n"
     "remit test policies/ --engine both --format junit > results.xml\n"
     "remit test support.remit --filter 'refund*' --fail-fast\n"
     "remit test policies/ --coverage --coverage-min 90\n"
     "remit test policies/ --coverage=lcov --coverage-out remit.info\n"
     "remit test support.remit --mutate --mutation-min 80\n"
     "remit test support.remit --watch\n",
     kTestFlags, 0, SIZE_MAX, Completes::Paths, "", run_test},
    {"prove", "prove what must always hold, or show a call that violates it", "FILE",
     "Decides each `never` and `always` for all sessions and calls: proved, if the other rules already guarantee it;\n"
     "a counterexample, as a request that `remit eval` accepts and that the interpreter has decided; or unknown, with\n"
     "the reason. Exits with 1 if there is a counterexample.",
     "remit prove support.remit\n"
     "remit prove support.remit --only support.remit:69 --timeout 30s\n"
     "remit prove support.remit --format sarif > prove.sarif\n",
     kProveFlags, 1, 1, Completes::Policies, "", run_prove},
    {"diff", "say what a new version of a policy decides differently", "OLD NEW",
     "Equivalent, stricter, looser, or both? For each kind of change, a call that shows it, decided by both policies,\n"
     "and the rules that make the difference. Exits with 1 if anything differs that --allow does not name.",
     "remit diff old.remit new.remit\n"
     "remit diff old.remit new.remit --allow stricter\n"
     "remit diff old.remit new.remit --format markdown > summary.md\n",
     kDiffFlags, 2, 2, Completes::Policies, "", run_diff},
    {"repl", "try a policy interactively", "[FILE]",
     "Type a call to see its decision; `:help` lists the commands. Works from a pipe too.",
     "remit repl support.remit\n"
     "echo 'payments.refund(order: \"A-1\", amount: 300)' | remit repl support.remit\n",
     kReplFlags, 0, 1, Completes::Policies, "", run_repl},
    {"bench", "measure how fast a policy decides on this machine", "FILE [REQUESTS]",
     "Decides the requests of REQUESTS, or those of the policy's own tests, again and again with each engine, and "
     "prints\n"
     "decisions per second and percentiles: of the rules alone, with the request read, and with the decision written.",
     "remit bench support.remit\n"
     "remit bench support.remit requests.jsonl --engine jit --seconds 2\n",
     kBenchFlags, 1, 2, Completes::Paths, "", run_bench},
    {"import", "turn a list of tools into Remit declarations", "mcp|openapi|cedar FILE",
     "Reads a list of tools and prints declarations of them, for a policy to `use`: the result of the Model Context\n"
     "Protocol's tools/list, an OpenAPI document (3.0 or 3.1, JSON or YAML) whose operations become tools, or a Cedar\n"
     "schema whose actions do. What Remit cannot type becomes `any`, with a warning.\n"
     "With --check, nothing is imported: the list is compared with what a policy declares. Exit 1 if a difference "
     "that\n"
     "matters touches a rule.",
     "remit import mcp tools.json -o tools.remit\n"
     "remit import mcp tools.json --policy acme.tools --trust vetted\n"
     "remit import mcp --check support.remit --prefix github. github-tools.json\n"
     "remit import openapi petstore.yaml --prefix pets. -o pets.remit\n"
     "remit import cedar photos.cedarschema -o photos.remit\n",
     kImportFlags, 2, 2, Completes::Paths, "", run_import},
    {"log",
     "review an evidence log: verify, search, hand over, retain",
     "VERB ...",
     "A log is a folder that a gateway or `remit eval --evidence` writes. Reading verbs work beside its writer.",
     "remit log verify evidence/\n"
     "remit log find evidence/ --verdict deny --since 24h\n"
     "remit log packet evidence/ 17 -o incident.json\n",
     {},
     1,
     SIZE_MAX,
     Completes::Words,
     "",
     nullptr,
     log_verbs},
    {"replay", "decide the requests of an evidence log again, and say what differs", "LOG",
     "Under the policy that each record names, every decision must come out bit for bit as recorded. With --policy,\n"
     "the differences are what a new policy would have changed: a rehearsal on real traffic.",
     "remit replay evidence/\n"
     "remit replay evidence/ --policy new.remit --examples 5\n",
     kReplayFlags, 1, 1, Completes::Paths, "", run_replay},
    {"lsp", "serve editors over standard input and output", "",
     "A server of the Language Server Protocol: messages as you type, types, completion, go to definition, renaming,\n"
     "tests from the editor. Editors start it; docs/editor.md says how. `--stdio` is understood and changes nothing.",
     "remit lsp\n", kLspFlags, 0, 0, Completes::Words, "", run_lsp},
    {"completion",
     "print a completion script for a shell",
     "bash|zsh|fish",
     "bash: source <(remit completion bash). zsh: write it to a file `_remit` in $fpath.\n"
     "fish: remit completion fish | source.",
     "remit completion bash\n",
     {},
     1,
     1,
     Completes::Words,
     "bash|zsh|fish",
     run_completion},
    {"help",
     "explain a verb",
     "[VERB]",
     "Without VERB, lists all verbs.",
     "remit help eval\nremit help log verify\n",
     {},
     0,
     2,
     Completes::Words,
     "",
     run_help},
};

}  // namespace

std::span<const Verb> verbs() { return kVerbs; }

std::span<const Flag> common_flags() { return kCommonFlags; }

const Verb* find_verb(std::string_view name) {
    for (const Verb& verb : kVerbs) {
        if (verb.name == name) return &verb;
    }
    return nullptr;
}

std::string_view last_word(const Verb& verb) { return verb.name.substr(verb.name.rfind(' ') + 1); }

const Verb* find_part(const Verb& group, std::string_view word) {
    if (group.parts == nullptr) return nullptr;
    for (const Verb& part : group.parts()) {
        if (last_word(part) == word) return &part;
    }
    return nullptr;
}

const Verb* find_verb(const std::vector<std::string>& words, size_t& taken) {
    taken = 0;
    const Verb* verb = words.empty() ? nullptr : find_verb(std::string_view(words[0]));
    if (verb == nullptr) return nullptr;
    taken = 1;
    if (verb->parts == nullptr || words.size() == 1 || words[1].starts_with('-')) return verb;
    const Verb* part = find_part(*verb, words[1]);
    if (part != nullptr) taken = 2;
    return part;
}

Exit run_completion(const Arguments& arguments, Console& console) {
    const std::string script = completion_script(arguments.words[0]);
    if (script.empty()) {
        console.error(fmt::format("no completion for `{}`; there is one for bash, zsh and fish", arguments.words[0]));
        return Exit::Usage;
    }
    console.out().write(script);
    return Exit::Fine;
}

}  // namespace remit::cli
