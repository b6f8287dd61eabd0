// Lenses above declarations: the policy's hash and its tests, a test's last result, how often a rule spoke.
#include <fmt/format.h>

#include "host/lsp/features/feature.h"
#include "host/lsp/features/test_runs.h"
#include "host/testing/cases.h"

namespace remit::lsp {

namespace {

class Lenses {
public:
    Lenses(const Context& context, const Spot& spot) : context_(context), spot_(spot), snapshot_(*spot.snapshot) {}

    Json run() {
        const ast::File* file = snapshot_.ast(spot_.file);
        // The tests of a policy are those of its main file.
        const bool main = file && !snapshot_.files().empty() && file == &snapshot_.files().front();
        if (!file) return Json::array();
        for (const ast::Decl& decl : file->decls) {
            if (std::holds_alternative<ast::PolicyDecl>(decl.body) && main) policy(*file, decl.span);
            if (const auto* test = std::get_if<ast::Test>(&decl.body); test && main) of_test(*test, decl.span);
            if (std::holds_alternative<ast::Rule>(decl.body)) rule(decl.span);
        }
        return std::move(out_);
    }

private:
    void policy(const ast::File& file, Span span) {
        if (const size_t tests = count_tests(file); tests > 0)
            add(span, fmt::format("run {} test{}", tests, tests == 1 ? "" : "s"), "remit.runTest",
                {spot_.document->uri});
        if (!snapshot_.compilation.layers.empty())
            add(span, fmt::format("sha256:{}", hex(snapshot_.compilation.layers[0].hash).substr(0, 12)),
                "remit.showHash", {spot_.document->uri});
    }

    void of_test(const ast::Test& test, Span span) {
        std::string title = "run test";
        if (const auto state = context_.runs.state(snapshot_, test.title.text))
            title = state->passed ? "passed: run again" : "failed: run again";
        add(span, title, "remit.runTest", {spot_.document->uri, test.title.text});
    }

    void rule(Span span) {
        if (const auto use = context_.runs.use(snapshot_, span))
            add(span, fmt::format("spoke in {} of {} tests", use->spoke, use->tests), "", Json::array());
    }

    void add(Span span, const std::string& title, const char* command, Json arguments) {
        Json range = json_of(range_of(context_, snapshot_, {span.file, span.begin, span.begin}));
        out_.push_back({{"range", std::move(range)},
                        {"command", {{"title", title}, {"command", command}, {"arguments", std::move(arguments)}}}});
    }

    const Context& context_;
    const Spot& spot_;
    const Snapshot& snapshot_;
    Json out_ = Json::array();
};

}  // namespace

Json code_lens(Context& context, const Json& params) {
    const auto spot = spot_of(context, params);
    return spot ? Lenses(context, *spot).run() : Json();
}

}  // namespace remit::lsp
