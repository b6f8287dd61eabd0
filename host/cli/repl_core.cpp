#include "host/cli/repl_core.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/source/render.h"
#include "compiler/syntax/parse.h"
#include "host/cli/explaining.h"
#include "host/cli/show_decision.h"
#include "host/cli/stages.h"

namespace remit::cli {

namespace {

constexpr const char* kInput = "<input>";

std::string_view trim(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// Settings, facts and signatures are written as in a test, so a test is put around them.
struct Wrapped {
    Sources sources;
    Diagnostics diagnostics;
    ast::File file;
    const ast::Test* test = nullptr;  // null: diagnostics say why

    explicit Wrapped(std::string_view item) {
        const FileId id = sources.add(kInput,
                                      fmt::format("test \"repl\" {{\n  {}\n  call repl()\n  expect deny\n}}\n", item));
        file = parse_file(sources, id, diagnostics);
        if (diagnostics.has_errors() || file.decls.size() != 1) return;
        test = std::get_if<ast::Test>(&file.decls[0].body);
    }
};

std::string show(const JsonFields& fields, std::string_view indent = "  ") {
    std::string out;
    for (const auto& [name, value] : fields) out += fmt::format("{}{} {}\n", indent, name, value);
    return out;
}

}  // namespace

Repl::Repl(Engine engine, bool color) : engine_(engine), color_(color) {}

const std::vector<Repl::Command>& Repl::commands() {
    static const std::vector<Command> kCommands = {
        {":help", "", "this list", &Repl::help},
        {":load", "FILE", "take another policy", &Repl::load_command},
        {":reload", "", "read the policy again; session, state and facts stay", &Repl::reload},
        {":session", "[role a b, tier prod, ...]", "show or change the session", &Repl::session},
        {":state", "[tainted, refunded 300.00, ...]", "show or change marks, counts, high_water, low_water",
         &Repl::state},
        {":context", "[time T, isolation LEVEL]", "show or change the context", &Repl::context},
        {":fact", "[NAME(KEYS) {FIELDS}]", "show facts, or look one up for the calls to come", &Repl::fact},
        {":sign", "\"WHO\" [as ROLE] [with EVIDENCE]", "sign the last call, and decide it again", &Repl::sign},
        {":explain", "", "the last decision in detail", &Repl::explain},
        {":json", "", "the last request and decision", &Repl::json},
        {":emit", "ast|ir|program|index|llvm|asm", "show a stage of the policy", &Repl::emit},
        {":engine", "[interp|jit|auto]", "show or change the engine", &Repl::engine},
        {":tools", "", "the tools of the policy", &Repl::tools},
        {":reset", "", "back to the default session, state and facts; carried marks and counts are forgotten",
         &Repl::reset},
        {":quit", "", "leave", &Repl::quit},
    };
    return kCommands;
}

std::string Repl::error(std::string_view text) const {
    return fmt::format("{} {}\n", paint(color_, Paint::Red, "error:"), printable(text));
}

bool Repl::start(const Compilation& compilation, std::string& out) {
    auto policy = make_policy(compilation.layers, engine_);
    if (!policy) {
        out += error(policy.error());
        return false;
    }
    policy_ = std::move(*policy);
    std::vector<const Program*> layers;
    for (const Program& program : compilation.layers) layers.push_back(&program);
    fixture_.emplace(layers);
    decider_ = std::make_unique<Decider>(policy_);
    last_.reset();
    replaying_ = true;
    for (const std::string& line : replay_) out += feed(line);
    replaying_ = false;
    return true;
}

std::string Repl::load(const std::string& path, Exit& exit) {
    CompileOptions options;
    options.keep_ir_text = true;
    Opened opened = open_policy(path, color_, options);
    exit = opened.exit;
    if (!opened.ok()) return opened.report;
    if (path != path_) replay_.clear();
    path_ = path;
    std::string out = opened.report;
    if (!start(*opened.compilation, out)) {
        exit = Exit::Environment;
        return out;
    }
    compilation_ = std::move(opened.compilation);
    const Program& program = compilation_->layers.front();
    return out + fmt::format("{}: {} tools, {} rules, engine {}\n", path, program.callable().size(),
                             program.rules.size(), policy_->layers().front().kernel->name());
}

std::string Repl::feed(std::string_view line) {
    line = trim(line);
    if (line.empty() || line.starts_with("//")) return "";
    if (line[0] != ':') return call(line);
    const size_t space = std::min(line.find_first_of(" \t"), line.size());
    const std::string_view name = line.substr(0, space);
    for (const Command& command : commands()) {
        if (command.name == name || (name == ":q" && command.name == ":quit"))
            return (this->*command.run)(std::string(trim(line.substr(space))));
    }
    return error(fmt::format("there is no command `{}`; `:help` lists them", name));
}

std::string Repl::call(std::string_view line) {
    if (!policy_) return error("no policy is loaded; `:load FILE` takes one");
    Sources sources;
    Diagnostics diagnostics;
    const FileId id = sources.add(kInput, std::string(line));
    ast::TestCall call;
    const auto file = parse_call(sources, id, diagnostics, call);
    if (!file) return render_human(sources, diagnostics, color_);
    fixture_->set_call(*file, call);
    return decide_now();
}

std::string Repl::decide_now() {
    last_ = decide(*decider_, *fixture_, true, last_request_);
    return show_decision(*last_, color_);
}

std::string Repl::help(const std::string&) {
    std::string out =
        "A call is decided as it is typed: payments.refund(order: \"A-1\", amount: 300.00 from user) data internal\n";
    size_t width = 0;
    for (const Command& command : commands())
        width = std::max(width, command.name.size() + command.arguments.size() + 1);
    for (const Command& command : commands()) {
        out += fmt::format("  {:<{}}  {}\n", fmt::format("{} {}", command.name, command.arguments), width,
                           command.help);
    }
    return out;
}

std::string Repl::load_command(const std::string& path) {
    if (path.empty()) return error("`:load` needs a file");
    Exit exit = Exit::Fine;
    return load(path, exit);
}

std::string Repl::reload(const std::string&) {
    if (path_.empty()) return error("no policy is loaded");
    return load_command(path_);
}

std::string Repl::settings(const std::string& block, const std::string& text,
                           const std::function<std::string(const ast::File&, const ast::Test&)>& apply) {
    if (!policy_) return error("no policy is loaded; `:load FILE` takes one");
    const Wrapped wrapped(block);
    if (wrapped.test == nullptr) return render_human(wrapped.sources, wrapped.diagnostics, color_);
    const std::string wrong = apply(wrapped.file, *wrapped.test);
    if (!wrong.empty()) return error(wrong);
    if (!replaying_) replay_.push_back(text);
    return "";
}

std::string Repl::session(const std::string& text) {
    if (text.empty()) return fixture_ ? show(fixture_->session()) : "";
    return settings(fmt::format("session {{ {} }}", text), ":session " + text,
                    [&](const ast::File& file, const ast::Test& test) {
                        std::string wrong;
                        for (const ast::Setting& setting : test.session) {
                            if (wrong.empty()) wrong = fixture_->set_session(file, setting);
                        }
                        return wrong;
                    });
}

std::string Repl::state(const std::string& text) {
    if (text.empty()) {
        if (!fixture_) return "";
        return fmt::format("  marks\n{}  counts\n{}{}", show(fixture_->marks(), "    "),
                           show(fixture_->counts(), "    "), show(fixture_->state()));
    }
    return settings(fmt::format("state {{ {} }}", text), ":state " + text,
                    [&](const ast::File& file, const ast::Test& test) {
                        std::string wrong;
                        for (const ast::Setting& setting : test.state) {
                            if (wrong.empty()) wrong = fixture_->set_state(file, setting);
                        }
                        // What earlier calls left behind would hide the new state.
                        if (wrong.empty()) decider_ = std::make_unique<Decider>(policy_);
                        return wrong;
                    });
}

std::string Repl::context(const std::string& text) {
    if (text.empty()) return fixture_ ? show(fixture_->context()) : "";
    return settings(fmt::format("context {{ {} }}", text), ":context " + text,
                    [&](const ast::File& file, const ast::Test& test) {
                        std::string wrong;
                        for (const ast::Setting& setting : test.context) {
                            if (wrong.empty()) wrong = fixture_->set_context(file, setting);
                        }
                        return wrong;
                    });
}

std::string Repl::fact(const std::string& text) {
    if (text.empty()) {
        std::string out;
        for (const JsonFields& one : fixture_ ? fixture_->facts() : std::vector<JsonFields>{})
            out += fmt::format("  {}\n", object_of(one));
        return out;
    }
    return settings("fact " + text, ":fact " + text, [&](const ast::File& file, const ast::Test& test) {
        for (const ast::TestFact& one : test.facts) fixture_->replace_fact(file, one);
        return std::string();
    });
}

std::string Repl::sign(const std::string& text) {
    if (!last_) return error("no call has been decided yet");
    if (text.empty()) return error("`:sign` needs who signs: :sign \"alice@example.com\" as release_manager with plan");
    const Wrapped wrapped("signed by " + text);
    if (wrapped.test == nullptr) return render_human(wrapped.sources, wrapped.diagnostics, color_);
    for (const ast::TestSignature& signature : wrapped.test->signatures) fixture_->add_signature(signature);
    return decide_now();
}

std::string Repl::explain(const std::string&) {
    if (!last_) return error("no call has been decided yet");
    std::string out = show_details(*last_, color_);
    if (compilation_ && !compilation_->files.empty())
        out += to_text(explain_request(path_, *compilation_, policy_, last_request_));
    return out;
}

std::string Repl::json(const std::string&) {
    if (!last_) return error("no call has been decided yet");
    return fmt::format("{}\n{}\n", last_request_, to_json(*last_, true));
}

std::string Repl::emit(const std::string& stage) {
    if (!compilation_) return error("no policy is loaded");
    if (stage == "obj" || stage.empty()) return error("`:emit` shows ast, ir, program, index, llvm or asm");
    const auto text = emit_stage(*compilation_, stage);
    return text ? *text : error(text.error());
}

std::string Repl::engine(const std::string& word) {
    if (!word.empty()) {
        const auto wanted = engine_named(word);
        if (!wanted) return error(fmt::format("there is no engine `{}`; there are interp, jit and auto", word));
        engine_ = *wanted;
        if (compilation_) {
            std::string out;
            if (!start(*compilation_, out) || !out.empty()) return out;
        }
    }
    return policy_ ? fmt::format("engine {}\n", policy_->layers().front().kernel->name()) : "";
}

std::string Repl::tools(const std::string&) {
    if (!compilation_) return error("no policy is loaded");
    std::string out;
    const Program& program = compilation_->layers.front();
    for (const ToolDesc& tool : program.callable()) {
        std::string params;
        for (const FieldDesc& param : tool.params) {
            params += fmt::format("{}{}{}", params.empty() ? "" : ", ", param.name,
                                  param.optional || param.has_default ? "?" : "");
        }
        out += fmt::format("  {}({})  {}, trust {}\n", printable(tool.name), printable(params),
                           tool.write ? "write" : "read", program.vocabularies[kVocTrust].symbols[tool.trust]);
    }
    return out;
}

std::string Repl::reset(const std::string&) {
    replay_.clear();
    if (!compilation_) return "";
    std::string out;
    start(*compilation_, out);
    return out;
}

std::string Repl::quit(const std::string&) {
    done_ = true;
    return "";
}

std::vector<std::string> Repl::names_for(std::string_view before) const {
    std::vector<std::string> out;
    const auto add = [&](const std::vector<std::string>& names) { out.insert(out.end(), names.begin(), names.end()); };
    if (before.empty()) {
        for (const Command& command : commands()) out.emplace_back(command.name);
    }
    if (!compilation_) return out;
    const Program& program = compilation_->layers.front();
    if (before.starts_with(":session")) {
        add({"role", "tier", "tenant", "owner", "scope", "retention", "expires", "revoked", "id", "principal"});
        add(program.roles);
        add(program.vocabularies[kVocTiers].symbols);
        return out;
    }
    if (before.starts_with(":sign")) {
        add(program.roles);
        return out;
    }
    if (before.starts_with(":state")) {
        for (const StateDesc& state : program.states) out.push_back(state.name);
        add({"high_water", "low_water"});
        return out;
    }
    if (before.starts_with(":fact")) {
        for (const FactDesc& fact : program.facts) out.push_back(fact.name + "(");
        return out;
    }
    if (before.starts_with(":engine")) return {"interp", "jit", "auto"};
    if (before.starts_with(":emit")) return {"ast", "ir", "program", "index", "llvm", "asm"};
    const size_t bracket = before.find('(');
    for (const ToolDesc& tool : program.callable()) {
        if (bracket == std::string_view::npos) {
            out.push_back(tool.name + "(");
        } else if (trim(before.substr(0, bracket)) == tool.name) {
            for (const FieldDesc& param : tool.params) out.push_back(param.name + ":");
        }
    }
    return out;
}

std::vector<std::string> Repl::complete(std::string_view before, std::string_view word) const {
    std::vector<std::string> out;
    for (std::string& name : names_for(trim(before))) {
        if (name.starts_with(word)) out.push_back(std::move(name));
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace remit::cli
