#include "tests/differential/agree.h"

#include <fmt/format.h>

#include "compiler/compile.h"
#include "tests/differential/generate.h"
#include "tests/differential/judged.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#ifdef REMIT_WITH_JIT
#include "vm/jit/jit.h"
#endif

namespace remit::oracle {

namespace {

/// The decision's JSON with the engine's name taken out.
std::string comparable(Decision d) {
    d.engine.clear();
    return to_json(d, true);
}

/// Less the rules that spoke, which the index does not list, and the digest, which names risk terms.
std::string comparable_judgement(Decision d) {
    d.rules.clear();
    d.watched.clear();
    d.digest.clear();
    return comparable(std::move(d));
}

/// A policy made ready for every engine, with the oracle's model of it.
class Subject {
public:
    Subject(const Bundle& files, bool native) : compilation_(compile(files[0].name, files[0].text, loader(files))) {
        if (compilation_.diagnostics.has_errors() || compilation_.layers.empty()) {
            for (const Diagnostic& d : compilation_.diagnostics.sorted())
                if (d.severity == Severity::Error)
                    trouble_ += compilation_.sources.at(d.span) + ": " + d.message + "\n";
            return;
        }
        for (const Program& program : compilation_.layers) {
            auto loaded = LoadedProgram::load(program);
            if (!loaded.ok()) {
                broken_ = "the compiler's program does not load: " + loaded.error();
                return;
            }
            programs_.push_back(*loaded);
        }
        const auto interpreter = [](const auto& program) {
            return Result<std::shared_ptr<const Kernel>>(make_interpreter(program));
        };
        add("interpreter", interpreter);
        add_judges("interpreter", interpreter);
        if (native) add_native();
        model_ = read_layers(compilation_.sources, compilation_.files);
    }

    const std::string& rejection() const { return trouble_; }
    const std::string& broken() const { return broken_; }
    size_t layers() const { return programs_.size(); }
    bool ready() const { return trouble_.empty() && broken_.empty(); }

    /// Empty when all agree; `decision` is the interpreter's, `expected` the oracle's.
    std::string compare(const std::string& request, Decision& decision, OracleDecision& expected) {
        decision = deciders_[0].second->decide(request);
        expected = oracle::decide(model_, request, decision.digest);
        std::string out = difference(expected, decision);
        std::string reference = comparable(decision);
        for (size_t i = 1; i < deciders_.size(); ++i) {
            std::string other = comparable(deciders_[i].second->decide(request));
            if (other != reference)
                out += fmt::format("interpreter and {} differ:\n{}\n{}\n", deciders_[i].first, reference, other);
        }
        if (request.find("\"signatures\":[{") != std::string::npos) return out;  // they are for another digest
        reference = comparable_judgement(decision);
        for (const auto& [name, decider] : judges_) {
            const std::string other = comparable_judgement(decider->decide(request));
            if (other != reference) out += fmt::format("the index by {} differs:\n{}\n{}\n", name, reference, other);
        }
        return out;
    }

private:
    static Loader loader(const Bundle& files) {
        return [&files](const std::string& name, std::string& error) -> std::optional<std::string> {
            for (const PolicyFile& file : files)
                if (file.name == name) return file.text;
            error = "no such file";
            return std::nullopt;
        };
    }

    using Deciders = std::vector<std::pair<std::string, std::unique_ptr<Decider>>>;

    template <class MakeKernel>
    void add(const char* name, const MakeKernel& make_kernel) {
        add_to(deciders_, name, make_kernel);
    }
    /// The same engine through the index, with the session bound and not.
    template <class MakeKernel>
    void add_judges(const char* name, const MakeKernel& make_kernel) {
        for (const bool bound : {false, true}) {
            add_to(judges_, std::string(name) + (bound ? ", bound" : ""), [&](const auto& program) {
                Result<std::shared_ptr<const Kernel>> kernel = make_kernel(program);
                if (!kernel.ok()) return kernel;
                return Result<std::shared_ptr<const Kernel>>(std::make_shared<Judged>(program, *kernel, bound));
            });
        }
    }
    template <class MakeKernel>
    void add_to(Deciders& deciders, const std::string& name, const MakeKernel& make_kernel) {
        std::vector<Layer> layers;
        for (const auto& program : programs_) {
            auto kernel = make_kernel(program);
            if (!kernel.ok()) {
                broken_ = name + ": " + kernel.error();
                return;
            }
            layers.push_back({program, *kernel});
        }
        auto policy = Policy::make(std::move(layers));
        if (!policy.ok())
            broken_ = name + ": " + policy.error();
        else
            deciders.emplace_back(name, std::make_unique<Decider>(*policy));
    }

    void add_native() {
#ifdef REMIT_WITH_JIT
        for (int level : {0, 2}) {
            NativeOptions options;
            options.opt_level = level;
            const char* name = level == 0 ? "native O0" : "native O2";
            const auto native = [&](const auto& program) { return make_native(program, options); };
            add(name, native);
            add_judges(name, native);
        }
#endif
    }

    Compilation compilation_;
    std::vector<Model> model_;                                    // of each layer
    std::vector<std::shared_ptr<const LoadedProgram>> programs_;  // of each layer
    Deciders deciders_, judges_;
    std::string trouble_, broken_;
};

void count(Tally& tally, const OracleDecision& expected) {
    ++tally.pairs;
    tally.stopped += expected.stopped;
    tally.spoken += expected.rules.size();
    if (expected.verdict == Verdict::Allow) ++tally.allow;
    if (expected.verdict == Verdict::Ask) ++tally.ask;
    if (expected.verdict == Verdict::Deny) ++tally.deny;
}

/// One policy's requests, until one shows a mismatch.
void try_policy(uint64_t seed, int requests, bool native, Tally& tally) {
    Generator generator(seed);
    Subject subject(generator.policy(), native);
    ++tally.policies;
    tally.layered += subject.layers() > 1;
    if (!subject.rejection().empty()) {
        ++tally.rejected;
        if (tally.first_rejection.empty())
            tally.first_rejection = fmt::format("seed {}\n{}", seed, subject.rejection());
        return;
    }
    if (!subject.ready()) {
        tally.mismatches.push_back({seed, generator.policy(), "", subject.broken()});
        return;
    }
    tally.native_policies += native;
    auto fails = [&](const std::string& request, Decision& decision) {
        OracleDecision expected;
        std::string what = subject.compare(request, decision, expected);
        count(tally, expected);
        if (what.empty()) return false;
        if (tally.mismatches.empty()) tally.pairs_before_mismatch = tally.pairs;
        tally.mismatches.push_back({seed, minimised(generator.policy(), request, native), request, what});
        return true;
    };
    for (int i = 0; i < requests; ++i) {
        Decision decision;
        if (fails(generator.request(), decision)) return;
        bool worth_signing = decision.verdict == Verdict::Ask ||
                             (decision.verdict == Verdict::Deny && !decision.digest.empty() && i % 8 == 0);
        if (!worth_signing) continue;
        ++tally.signed_pairs;
        Decision signed_decision;
        if (fails(generator.signed_request(decision), signed_decision)) return;
    }
}

/// The text cut where a line begins at column 0.
std::vector<std::string> declarations(const std::string& text) {
    std::vector<std::string> out;
    size_t begin = 0;
    while (begin < text.size()) {
        size_t end = text.find('\n', begin);
        end = end == std::string::npos ? text.size() : end + 1;
        if (out.empty() || text[begin] != ' ') out.emplace_back();
        out.back() += text.substr(begin, end - begin);
        begin = end;
    }
    return out;
}

/// `bundle` with a file's declarations replaced by all of `parts` but some.
Bundle joined_without(Bundle bundle, size_t file, const std::vector<std::string>& parts, size_t from, size_t count) {
    bundle[file].text.clear();
    for (size_t i = 0; i < parts.size(); ++i)
        if (i < from || i >= from + count) bundle[file].text += parts[i];
    return bundle;
}

/// Drops declarations of one file, never its first.
void minimise_file(Bundle& bundle, size_t file, const std::string& request, bool native) {
    std::vector<std::string> parts = declarations(bundle[file].text);
    for (size_t step = parts.size() / 2; step >= 1; step /= 2) {
        for (size_t i = 1; i + step <= parts.size();) {
            bool rejected = false;
            bool persists = !disagreement(joined_without(bundle, file, parts, i, step), request, native, rejected)
                                 .empty();
            if (persists && !rejected)
                parts.erase(parts.begin() + static_cast<long>(i), parts.begin() + static_cast<long>(i + step));
            else
                ++i;
        }
    }
    bundle = joined_without(std::move(bundle), file, parts, parts.size(), 0);
}

}  // namespace

std::string disagreement(const Bundle& policy, const std::string& request, bool native, bool& rejected) {
    Subject subject(policy, native);
    rejected = !subject.rejection().empty();
    if (!subject.ready()) return subject.broken();
    Decision decision;
    OracleDecision expected;
    return subject.compare(request, decision, expected);
}

Bundle minimised(const Bundle& policy, const std::string& request, bool native) {
    Bundle out = policy;
    for (size_t file = 0; file < out.size(); ++file) minimise_file(out, file, request, native);
    return out;
}

void run(const Plan& plan, Tally& tally, const std::function<void(const Tally&)>& on_policy) {
    for (int i = 0; i < plan.policies; ++i) {
        if (tally.mismatches.size() >= plan.most_mismatches || (plan.go_on && !plan.go_on())) return;
        bool native = plan.native_every > 0 && i % plan.native_every == 0;
        try_policy(plan.first_seed + static_cast<uint64_t>(i), plan.requests, native, tally);
        if (on_policy) on_policy(tally);
    }
}

}  // namespace remit::oracle
