// The read-eval-print loop without a terminal: a line goes in, text comes out. Holds a policy, and the session, state
// and facts that calls are decided with. Marks and counts of allowed calls carry over to the next, until `:reset`.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "host/cli/policy_file.h"
#include "host/testing/fixture.h"

namespace remit::cli {

class Repl {
public:
    Repl(Engine engine, bool color);

    /// Takes the policy in `path`; what was loaded before stays if that fails. Text to show; `exit` says how it went.
    std::string load(const std::string& path, Exit& exit);
    /// Answers one line: a call, or a command that begins with a colon.
    std::string feed(std::string_view line);
    /// After `:quit`.
    bool done() const { return done_; }
    /// What `word` may become when `before` stands to its left on the line.
    std::vector<std::string> complete(std::string_view before, std::string_view word) const;

private:
    struct Command {
        std::string_view name, arguments, help;
        std::string (Repl::*run)(const std::string& text);
    };
    static const std::vector<Command>& commands();

    std::string call(std::string_view line);
    std::string decide_now();
    std::string help(const std::string&);
    std::string load_command(const std::string& path);
    std::string reload(const std::string&);
    std::string session(const std::string& text);
    std::string state(const std::string& text);
    std::string context(const std::string& text);
    std::string fact(const std::string& text);
    std::string sign(const std::string& text);
    std::string explain(const std::string&);
    std::string json(const std::string&);
    std::string emit(const std::string& stage);
    std::string engine(const std::string& word);
    std::string tools(const std::string&);
    std::string reset(const std::string&);
    std::string quit(const std::string&);

    std::string error(std::string_view text) const;
    /// Makes the policy and the fixture; what was there stays if that fails. Appends what the repeated commands say.
    bool start(const Compilation& compilation, std::string& out);
    std::string settings(const std::string& block, const std::string& text,
                         const std::function<std::string(const ast::File&, const ast::Test&)>& apply);
    std::vector<std::string> names_for(std::string_view before) const;

    Engine engine_;
    bool color_;
    bool done_ = false;
    std::string path_;
    std::optional<Compilation> compilation_;
    std::shared_ptr<const Policy> policy_;
    std::unique_ptr<Decider> decider_;
    std::optional<Fixture> fixture_;
    std::vector<std::string> replay_;  // commands that changed the fixture: repeated after `:reload`
    bool replaying_ = false;
    std::string last_request_;
    std::optional<Decision> last_;
};

}  // namespace remit::cli
