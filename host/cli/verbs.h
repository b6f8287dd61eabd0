// The verbs: one table, from which dispatch, help and shell completion come. A verb's function lives in its own file.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "host/cli/console.h"

namespace remit::cli {

/// One flag of a verb. With `value` it takes one; with `choices` ("a|b|c") only one of those.
struct Flag {
    std::string_view name;     // "format"
    char letter = 0;           // 'o', or none
    std::string_view value;    // "FILE"; empty: a switch
    std::string_view choices;  // empty: any text
    std::string_view initial;  // value when not given
    std::string_view help;
    std::string_view implied = {};  // `--coverage` alone means `--coverage=text`; a value then needs the `=`
};

/// What the user typed after the verb, already checked against its flags.
struct Arguments {
    std::map<std::string, std::string> values;  // flags by their long name; initial values filled in
    std::vector<std::string> words;

    bool has(std::string_view flag) const { return values.count(std::string(flag)) != 0; }
    /// The flag's value; empty if there is none.
    const std::string& get(std::string_view flag) const;
};

enum class Completes { Policies, Paths, Words };  // what a shell offers for the words of a verb

struct Verb {
    std::string_view name, summary;
    std::string_view usage;     // after `remit NAME`
    std::string_view text;      // a paragraph or two for `remit help NAME`
    std::string_view examples;  // lines
    std::span<const Flag> flags;
    size_t min_words = 0, max_words = SIZE_MAX;
    Completes completes = Completes::Policies;
    std::string_view choices;  // Completes::Words: "bash|zsh|fish"
    Exit (*run)(const Arguments&, Console&) = nullptr;
    /// Verbs below this one (`log verify`), when it only names a group; their `name` is the whole of it.
    std::span<const Verb> (*parts)() = nullptr;
};

std::span<const Verb> verbs();
const Verb* find_verb(std::string_view name);
/// What is typed after the group's name: `verify` of `log verify`.
std::string_view last_word(const Verb& verb);
const Verb* find_part(const Verb& group, std::string_view word);
/// The verb that `words` begin with, and in `taken` how many of them name it; null, with `*taken` words understood.
const Verb* find_verb(const std::vector<std::string>& words, size_t& taken);
/// Flags that every verb has.
std::span<const Flag> common_flags();

/// Reads `words` against the verb's table row. Nothing, with `error` set, if they do not fit. `--help` lifts the
/// lower bound on words.
std::optional<Arguments> parse_arguments(const Verb& verb, const std::vector<std::string>& words, std::string& error);

std::string overview(bool color);                    // `remit --help`
std::string help_for(const Verb& verb, bool color);  // `remit help VERB`
/// A completion script for `bash`, `zsh` or `fish`; empty for another name.
std::string completion_script(std::string_view shell);
/// Parts of "a|b|c".
std::vector<std::string_view> split_choices(std::string_view choices);
/// The candidate that `word` was probably meant to be, or empty.
std::string closest(std::string_view word, const std::vector<std::string_view>& candidates);

/// The whole of `remit ARGS...`.
Exit run(const std::vector<std::string>& args, Console& console);

Exit run_check(const Arguments&, Console&);
Exit run_fmt(const Arguments&, Console&);
Exit run_build(const Arguments&, Console&);
Exit run_hash(const Arguments&, Console&);
Exit run_eval(const Arguments&, Console&);
Exit run_explain(const Arguments&, Console&);
Exit run_test(const Arguments&, Console&);
Exit run_repl(const Arguments&, Console&);
Exit run_bench(const Arguments&, Console&);
Exit run_import(const Arguments&, Console&);
Exit run_diff(const Arguments&, Console&);
Exit run_prove(const Arguments&, Console&);
Exit run_lsp(const Arguments&, Console&);
Exit run_completion(const Arguments&, Console&);
Exit run_replay(const Arguments&, Console&);
Exit run_help(const Arguments&, Console&);
/// The verbs of `remit log`; their functions are in host/cli/log.h.
std::span<const Verb> log_verbs();

}  // namespace remit::cli
