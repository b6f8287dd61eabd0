// `remit log`: exit codes, help, completion, and the way from a new log to a packet that somebody else verifies.
#include "host/cli/verbs.h"
#include "tests/catch.h"
#include "tests/cli/process.h"

using Catch::Matchers::Contains;

namespace {

/// Three calls of one session on record.
std::string recorded(const Folder& folder) {
    const std::string policy = folder.write(
        "shop.remit",
        "policy shop\nrole agent\ntool pay.refund(amount: int) write, trust vetted\n"
        "allow agent to pay.refund including write\nblock pay.refund when args.amount > 400\n");
    std::string requests;
    for (const char* amount : {"300", "500", "20"}) {
        requests +=
            std::string(R"({"id":"r-)") + amount +
            R"(","session":{"id":"s-1","principal":"ada","roles":["agent"],"tier":"prod","tenant":"acme","owner":"o@acme.example",)"
            R"("scope":["*"],"retention":"standard","expires":"2100-01-01T00:00:00Z","revoked":false},"call":{"id":"c-)" +
            amount + R"(","tool":"pay.refund","args":{"amount":)" + amount +
            R"(},"data":"internal"},"context":{"time":"2026-11-23T10:00:00Z"}})" + "\n";
    }
    Setting setting;
    setting.input = requests;
    const std::string log = folder.path("log");
    const Ran ran = run_remit({"eval", policy, "--evidence", log, "--origin", "acme.example/gw"}, setting);
    INFO(ran.err);
    REQUIRE(ran.exit == 0);
    return log;
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

TEST_CASE("every verb of the group has help and an example, and completes") {
    const Ran group = run_remit({"log", "--help"});
    CHECK(group.exit == 0);
    CHECK(run_remit({"help", "log"}).out == group.out);
    const Ran bash = run_remit({"completion", "bash"}), zsh = run_remit({"completion", "zsh"}),
              fish = run_remit({"completion", "fish"});
    for (const auto& part : remit::cli::log_verbs()) {
        INFO(part.name);
        const std::string word(remit::cli::last_word(part));
        CHECK_THAT(group.out, Contains(word));
        const Ran by_verb = run_remit({"help", "log", word}), by_flag = run_remit({"log", word, "--help"});
        CHECK(by_verb.exit == 0);
        CHECK(by_verb.out == by_flag.out);
        CHECK_THAT(by_verb.out, Contains("remit " + std::string(part.name)) && Contains("examples:"));
        for (const auto& flag : part.flags) {
            for (const Ran* script : {&by_verb, &bash, &zsh, &fish})
                CHECK_THAT(script->out, Contains(std::string(flag.name)));
        }
    }
    const Folder folder;
    const std::string script = folder.write(
        "c", bash.out +
                 "COMP_WORDS=(remit log ver); COMP_CWORD=2; _remit; [ \"${COMPREPLY[*]}\" = verify ] || exit 1\n"
                 "COMP_WORDS=(remit log find --verdict a); COMP_CWORD=4; _remit; [ \"${COMPREPLY[*]}\" = 'allow ask' ] "
                 "|| exit 1\n");
    CHECK(std::system(("bash " + script + " >/dev/null 2>&1").c_str()) == 0);
}

TEST_CASE("usage errors of the group are 2") {
    CHECK(run_remit({"log"}).exit == 2);
    const Ran typo = run_remit({"log", "verfy", "x"});
    CHECK(typo.exit == 2);
    CHECK_THAT(typo.err, Contains("did you mean `log verify`"));
    CHECK(run_remit({"log", "--color", "never", "verify"}).exit == 2);
    CHECK(run_remit({"help", "log", "nothing"}).exit == 2);
    CHECK(run_remit({"help", "eval", "nothing"}).exit == 2);
    const Folder folder;
    const std::string log = recorded(folder);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"verify"},
                                               {"verify", log, "--from", "x"},
                                               {"verify", log, "--proof", "p"},
                                               {"verify", log, "--key", "nonsense"},
                                               {"find", log, "--since", "yesterday"},
                                               {"find", log, "--kind", "nothing"},
                                               {"find", log, "--verdict", "maybe"},
                                               {"prune", log},
                                               {"prune", log, "--keep", "x"},
                                               {"erase", log, "--by", "me", "--why", "so"},
                                               {"erase", log, "--subject", "x"},
                                               {"resolve", log, "x", "--as", "done"},
                                               {"init", log},
                                               {"keygen", "w"},
                                               {"cosign", log}}) {
        std::vector<std::string> all = {"log"};
        all.insert(all.end(), words.begin(), words.end());
        INFO(words[0]);
        CHECK(run_remit(all).exit == 2);
    }
}

TEST_CASE("no log is 3, and no log is made by asking for one") {
    const Folder folder;
    for (const std::string verb : {"verify", "show", "find", "doubts", "keys", "publish", "export"}) {
        INFO(verb);
        const Ran ran = run_remit({"log", verb, folder.path("nothing")});
        CHECK(ran.exit == 3);
        CHECK_THAT(ran.err, Contains("no evidence log"));
    }
    CHECK(run_remit({"log", "init", folder.path("one"), "--origin", "acme.example/one"}).exit == 0);
    CHECK(run_remit({"log", "init", folder.path("one"), "--origin", "acme.example/one"}).exit == 3);
}

TEST_CASE("a review from end to end") {
    const Folder folder;
    const std::string log = recorded(folder);
    const std::string key = first_line(run_remit({"log", "keys", log, "--format", "vkey"}).out);
    const Ran verified = run_remit({"log", "verify", log, "--key", key, "--payloads"});
    CHECK(verified.exit == 0);
    CHECK_THAT(verified.out, Contains("holds:") && Contains("1 sessions") && Contains("3 payloads, 0 unreadable"));

    const Ran denied = run_remit({"log", "find", log, "--verdict", "deny", "--since", "1h", "--format", "index"});
    CHECK(denied.exit == 0);
    const std::string index = first_line(denied.out);
    CHECK(run_remit({"log", "show", log, index}).out == run_remit({"log", "show", log, "c-500"}).out);
    CHECK_THAT(run_remit({"log", "show", log, index, "--payloads"}).out, Contains("\"amount\":500"));
    CHECK(run_remit({"log", "find", log, "--tenant", "nobody"}).out.empty());
    CHECK(run_remit({"log", "show", log, "c-501"}).exit == 1);

    CHECK(run_remit({"log", "verify", log, "--record", "c-500", "--proof", folder.path("proof")}).exit == 0);
    CHECK_THAT(read_all(folder.path("proof")), Contains("c2sp.org/tlog-proof@v1"));
    CHECK(run_remit({"log", "packet", log, "c-500", "-o", folder.path("packet")}).exit == 0);
    CHECK(run_remit({"log", "verify", "--packet", folder.path("packet"), "--key", key}).exit == 0);
    std::string packet = read_all(folder.path("packet"));
    packet[packet.size() / 2] = packet[packet.size() / 2] == 'A' ? 'B' : 'A';
    CHECK(run_remit({"log", "verify", "--packet", folder.write("forged", packet), "--key", key}).exit == 1);
    CHECK_THAT(run_remit({"log", "graph", log, "s-1", "--format", "dot"}).out, Contains("digraph"));
    CHECK_THAT(run_remit({"log", "export", log, "--format", "cloudevents"}).out, Contains("specversion"));

    CHECK(run_remit({"log", "erase", log, "--subject", "ada", "--by", "dana", "--why", "asked for"}).exit == 0);
    CHECK_THAT(run_remit({"log", "verify", log, "--payloads"}).out, Contains("holds:") && Contains("3 unreadable"));
    CHECK_THAT(run_remit({"log", "prune", log, "--keep", "*=1h", "--dry-run"}).out, Contains("nothing goes"));
}

TEST_CASE("a witness signs what extends what it signed, and nothing else") {
    const Folder folder;
    const std::string log = recorded(folder);
    const std::string witness = first_line(run_remit({"log", "keygen", "w.example/1", "-o", folder.path("key")}).out);
    CHECK(run_remit({"log", "keygen", "w.example/1", "-o", folder.path("key")}).exit == 3);
    CHECK(run_remit({"log", "verify", log, "--witness", witness}).exit == 1);
    const std::vector<std::string> cosign = {"log",
                                             "cosign",
                                             log,
                                             "--witness-key",
                                             folder.path("key"),
                                             "--state",
                                             folder.path("state"),
                                             "-o",
                                             folder.path("signed")};
    CHECK(run_remit(cosign).exit == 0);
    CHECK(run_remit({"log", "verify", log, "--witness", witness, "--known", folder.path("signed")}).exit == 0);
    // The log is put back to an earlier copy of itself, and goes another way.
    const std::string copy = "cp -r " + log + " " + log + ".copy";
    REQUIRE(std::system(copy.c_str()) == 0);
    CHECK(run_remit({"log", "erase", log, "--subject", "ada", "--by", "dana", "--why", "x"}).exit == 0);
    CHECK(run_remit(cosign).exit == 0);
    REQUIRE(std::system(("rm -r " + log + " && mv " + log + ".copy " + log).c_str()) == 0);
    const Ran back = run_remit(cosign);
    CHECK(back.exit == 1);
    CHECK_THAT(back.err, Contains("were signed before"));
    CHECK(run_remit({"log", "erase", log, "--subject", "ada", "--by", "dana", "--why", "another"}).exit == 0);
    const Ran forked = run_remit(cosign);
    CHECK(forked.exit == 1);
    CHECK_THAT(forked.err, Contains("does not extend"));
    CHECK(run_remit({"log", "verify", log, "--known", folder.path("signed")}).exit == 1);
}
