// Names, help, flags, exit codes, and output that cannot be written: what scripts rely on.
#include "host/cli/verbs.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

TEST_CASE("version is one line") {
    const Ran ran = run_remit({"--version"});
    CHECK(ran.exit == 0);
    CHECK(ran.out.starts_with("remit "));
    CHECK(ran.out.find('\n') == ran.out.size() - 1);
    CHECK(ran.err.empty());
}

TEST_CASE("help names every verb, and every verb has help") {
    const Ran all = run_remit({"--help"});
    CHECK(all.exit == 0);
    for (const auto& verb : remit::cli::verbs()) {
        INFO(verb.name);
        CHECK_THAT(all.out, Contains(std::string(verb.name)));
        const Ran by_verb = run_remit({"help", std::string(verb.name)}),
                  by_flag = run_remit({std::string(verb.name), "--help"});
        CHECK(by_verb.exit == 0);
        CHECK(by_verb.out == by_flag.out);
        CHECK_THAT(by_verb.out, Contains("remit " + std::string(verb.name)) && Contains("examples:"));
        for (const auto& flag : verb.flags) CHECK_THAT(by_verb.out, Contains("--" + std::string(flag.name)));
    }
    CHECK(run_remit({"help"}).out == all.out);
}

TEST_CASE("usage errors are 2, on standard error, with a hint") {
    const Ran none = run_remit({});
    CHECK(none.exit == 2);
    CHECK(none.out.empty());
    CHECK_THAT(none.err, Contains("usage:"));

    const Ran typo = run_remit({"chekc", "x.remit"});
    CHECK(typo.exit == 2);
    CHECK_THAT(typo.err, Contains("did you mean `check`"));

    CHECK(run_remit({"help", "nothing"}).exit == 2);
    CHECK(run_remit({"check"}).exit == 2);
    CHECK(run_remit({"hash"}).exit == 2);
    CHECK(run_remit({"hash", "a", "b"}).exit == 2);
    CHECK(run_remit({"eval"}).exit == 2);
    CHECK(run_remit({"test"}).exit == 2);
    CHECK(run_remit({"import", "mcp"}).exit == 2);
    CHECK(run_remit({"import", "wsdl", "x.json"}).exit == 2);
    CHECK(run_remit({"build", sample("support.remit")}).exit == 2);
    CHECK(run_remit({"completion", "tcsh"}).exit == 2);
    CHECK(run_remit({"check", "--budget", "many", sample("support.remit")}).exit == 2);
    CHECK(run_remit({"check", "--budget", "-1", sample("support.remit")}).exit == 2);

    const Ran flag = run_remit({"check", "--formt", "json", sample("support.remit")});
    CHECK(flag.exit == 2);
    CHECK_THAT(flag.err, Contains("`--formt`") && Contains("--format"));
    const Ran choice = run_remit({"check", "--format", "yaml", sample("support.remit")});
    CHECK(choice.exit == 2);
    CHECK_THAT(choice.err, Contains("yaml") && Contains("sarif"));
    CHECK(run_remit({"check", "--format", "json", "--format", "human", sample("support.remit")}).exit == 2);
    CHECK(run_remit({"eval", sample("support.remit"), "--engine"}).exit == 2);
}

TEST_CASE("what cannot be read is 3") {
    for (const std::string verb : {"check", "hash", "eval", "test", "repl"}) {
        INFO(verb);
        CHECK(run_remit({verb, "/nonexistent/p.remit"}).exit == 3);
        CHECK(run_remit({verb, "/dev/null"}).exit == 3);
    }
    CHECK(run_remit({"check", "/"}).exit == 3);
    CHECK_THAT(run_remit({"check", "/"}).err, Contains("directory"));
    CHECK(run_remit({"eval", sample("support.remit"), "/nonexistent/r.jsonl"}).exit == 3);
    CHECK(run_remit({"eval", sample("support.remit"), "/"}).exit == 3);
    CHECK(run_remit({"import", "mcp", "/nonexistent/tools.json"}).exit == 3);
    Setting no_input;
    no_input.close_input = true;
    CHECK(run_remit({"eval", sample("support.remit")}, no_input).exit == 3);
}

TEST_CASE("output that cannot be written is 3") {
    const std::vector<std::vector<std::string>> commands = {{"--version"},
                                                            {"--help"},
                                                            {"hash", sample("support.remit")},
                                                            {"check", sample("support.remit")},
                                                            {"check", "--format", "json", sample("broken.remit")},
                                                            {"test", sample("support.remit")},
                                                            {"eval", sample("support.remit")},
                                                            {"build", sample("support.remit"), "--emit", "program"},
                                                            {"import", "mcp", sample("tools.json")},
                                                            {"completion", "bash"}};
    for (const auto& command : commands) {
        INFO(command[0]);
        Setting setting;
        setting.input = "{}\n";
        setting.close_output = true;
        CHECK(run_remit(command, setting).exit == 3);
        setting.close_output = false;
        setting.output_file = "/dev/full";
        const Ran full = run_remit(command, setting);
        CHECK(full.exit == 3);
        CHECK_THAT(full.err, Contains("cannot write to standard output"));
        setting.output_file.clear();
        setting.reader_gone = true;
        CHECK(run_remit(command, setting).exit == 3);
    }
}

TEST_CASE("colour only where it is wanted") {
    CHECK(run_remit({"--help"}).out.find('\x1b') == std::string::npos);
    CHECK(run_remit({"test", sample("support.remit")}).out.find('\x1b') == std::string::npos);
    CHECK(run_remit({"test", "--color", "always", sample("support.remit")}).out.find('\x1b') != std::string::npos);
    CHECK(run_remit({"test", "--color=never", sample("support.remit")}).out.find('\x1b') == std::string::npos);
    Setting no_color;
    no_color.environment = {"NO_COLOR=1"};
    CHECK(run_remit({"test", "--color", "auto", sample("support.remit")}, no_color).out.find('\x1b') ==
          std::string::npos);
}

TEST_CASE("completion scripts know every verb and flag") {
    for (const std::string shell : {"bash", "zsh", "fish"}) {
        const Ran ran = run_remit({"completion", shell});
        CHECK(ran.exit == 0);
        for (const auto& verb : remit::cli::verbs()) {
            CHECK_THAT(ran.out, Contains(std::string(verb.name)));
            for (const auto& flag : verb.flags) CHECK_THAT(ran.out, Contains(std::string(flag.name)));
        }
    }
    const Folder folder;
    const std::string script = folder.write(
        "c",
        run_remit({"completion", "bash"}).out +
            "COMP_WORDS=(remit ch); COMP_CWORD=1; _remit; [ \"${COMPREPLY[*]}\" = check ] || exit 1\n"
            "COMP_WORDS=(remit eval --engine i); COMP_CWORD=3; _remit; [ \"${COMPREPLY[*]}\" = interp ] || exit 1\n");
    CHECK(std::system(("bash " + script + " >/dev/null 2>&1").c_str()) == 0);
}
