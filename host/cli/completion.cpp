// Completion scripts, generated from the table of verbs.
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/verbs.h"

namespace remit::cli {

namespace {

std::string joined_names() {
    std::string names;
    for (const Verb& verb : verbs()) names += fmt::format("{}{}", names.empty() ? "" : " ", verb.name);
    return names;
}

/// All that take words: the verbs and the parts of groups.
std::vector<const Verb*> all_verbs() {
    std::vector<const Verb*> all;
    for (const Verb& verb : verbs()) {
        all.push_back(&verb);
        if (verb.parts == nullptr) continue;
        for (const Verb& part : verb.parts()) all.push_back(&part);
    }
    return all;
}

std::string part_names(const Verb& group) {
    std::string names;
    for (const Verb& part : group.parts()) names += fmt::format("{}{}", names.empty() ? "" : " ", last_word(part));
    return names;
}

std::string spaced(std::string_view choices) {
    std::string out(choices);
    std::replace(out.begin(), out.end(), '|', ' ');
    return out;
}

/// The words that a verb takes: its own choices, or for `help` all verbs. Empty where it takes files.
std::string words_of(const Verb& verb) {
    if (verb.completes != Completes::Words) return "";
    if (verb.parts != nullptr) return part_names(verb);
    return verb.choices.empty() ? joined_names() : spaced(verb.choices);
}

/// In single quotes of a shell.
std::string quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return out + "'";
}

std::string bash() {
    std::string out =
        "# bash completion for remit\n_remit() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} verb=${COMP_WORDS[1]}\n"
        "    COMPREPLY=()\n"
        "    if [[ $COMP_CWORD -eq 1 ]]; then\n";
    out += fmt::format("        COMPREPLY=($(compgen -W '{} --help --version' -- \"$cur\"))\n        return\n    fi\n",
                       joined_names());
    for (const Verb& verb : verbs()) {
        if (verb.parts == nullptr) continue;
        out += fmt::format("    [[ $verb == {} && $COMP_CWORD -gt 2 ]] && verb=\"{} ${{COMP_WORDS[2]}}\"\n", verb.name,
                           verb.name);
    }
    out += "    case \"$verb $prev\" in\n";
    for (const Verb* each : all_verbs()) {
        const Verb& verb = *each;
        for (const auto flags : {verb.flags, common_flags()}) {
            for (const Flag& flag : flags) {
                if (flag.choices.empty()) continue;
                out += fmt::format("        '{} --{}') COMPREPLY=($(compgen -W '{}' -- \"$cur\")); return ;;\n",
                                   verb.name, flag.name, spaced(flag.choices));
            }
        }
    }
    out += "    esac\n    case \"$verb\" in\n";
    for (const Verb* each : all_verbs()) {
        const Verb& verb = *each;
        std::string flags;
        for (const auto list : {verb.flags, common_flags()}) {
            for (const Flag& flag : list) flags += fmt::format("--{} ", flag.name);
        }
        out += fmt::format(
            "        '{}')\n            if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$cur\"))\n",
            verb.name, flags);
        const std::string words = words_of(verb);
        if (verb.name == "import") {
            out += "            elif [[ $COMP_CWORD -eq 2 ]]; then COMPREPLY=($(compgen -W 'mcp' -- \"$cur\"))\n";
        }
        out += words.empty()
                   ? "            else COMPREPLY=($(compgen -f -- \"$cur\")); fi ;;\n"
                   : fmt::format("            else COMPREPLY=($(compgen -W '{}' -- \"$cur\")); fi ;;\n", words);
    }
    return out + "    esac\n}\ncomplete -o filenames -F _remit remit\n";
}

std::string zsh() {
    std::string groups;
    for (const Verb& verb : verbs()) {
        if (verb.parts != nullptr) groups += fmt::format(" {}", verb.name);
    }
    std::string out = fmt::format(
        "#compdef remit\n_remit() {{\n    local -a verbs parts\n    parts=({} )\n    verbs=(\n", groups);
    for (const Verb& verb : verbs())
        out += fmt::format("        {}\n", quoted(fmt::format("{}:{}", verb.name, verb.summary)));
    out += "    )\n    if (( CURRENT == 2 )); then\n        _describe verb verbs\n        return\n    fi\n";
    for (const Verb& verb : verbs()) {
        if (verb.parts == nullptr) continue;
        out += fmt::format(
            "    if (( CURRENT == 3 )) && [[ $words[2] == {} ]]; then\n        compadd {}\n        return\n    fi\n",
            verb.name, part_names(verb));
    }
    out +=
        "    case "
        "\"$words[2]${parts[(r)$words[2]]:+ $words[3]}\" in\n";
    for (const Verb* each : all_verbs()) {
        const Verb& verb = *each;
        out += fmt::format("        '{}')\n            _arguments", verb.name);
        for (const auto list : {verb.flags, common_flags()}) {
            for (const Flag& flag : list) {
                // A colon would end the description inside _arguments.
                std::string help(flag.help);
                std::replace(help.begin(), help.end(), ':', ',');
                std::string spec = fmt::format("--{}[{}]", flag.name, help);
                if (!flag.choices.empty()) {
                    spec += fmt::format(":{}:({})", flag.value, spaced(flag.choices));
                } else if (!flag.value.empty()) {
                    spec += fmt::format(":{}:_files", flag.value);
                }
                out += fmt::format(" \\\n                {}", quoted(spec));
            }
        }
        const std::string words = words_of(verb);
        out += fmt::format(" \\\n                {}\n            ;;\n",
                           quoted(words.empty() ? "*:file:_files" : fmt::format("*:word:({})", words)));
    }
    return out + "    esac\n}\ncompdef _remit remit\n";
}

/// `-n '...'`: this verb has been typed, and of a group no part yet.
std::string fish_condition(const Verb& verb) {
    const size_t space = verb.name.find(' ');
    std::string condition = fmt::format("__fish_seen_subcommand_from {}", verb.name.substr(0, space));
    if (space != std::string_view::npos)
        condition += fmt::format("; and __fish_seen_subcommand_from {}", last_word(verb));
    if (verb.parts != nullptr) condition += fmt::format("; and not __fish_seen_subcommand_from {}", part_names(verb));
    return fmt::format("-n '{}'", condition);
}

std::string fish() {
    std::string out = "# fish completion for remit\n";
    for (const Verb& verb : verbs()) {
        out += fmt::format("complete -c remit -n __fish_use_subcommand -f -a {} -d {}\n", verb.name,
                           quoted(verb.summary));
    }
    for (const Verb* each : all_verbs()) {
        const Verb& verb = *each;
        const std::string when = fish_condition(verb);
        for (const auto list : {verb.flags, common_flags()}) {
            for (const Flag& flag : list) {
                out += fmt::format("complete -c remit {} -l {}", when, flag.name);
                if (flag.letter != 0) out += fmt::format(" -s {}", flag.letter);
                if (!flag.choices.empty())
                    out += fmt::format(" -x -a {}", quoted(spaced(flag.choices)));
                else if (!flag.value.empty())
                    out += " -r";
                out += fmt::format(" -d {}\n", quoted(flag.help));
            }
        }
        const std::string words = words_of(verb);
        if (!words.empty()) out += fmt::format("complete -c remit {} -f -a {}\n", when, quoted(words));
    }
    return out;
}

}  // namespace

std::string completion_script(std::string_view shell) {
    if (shell == "bash") return bash();
    if (shell == "zsh") return zsh();
    if (shell == "fish") return fish();
    return "";
}

}  // namespace remit::cli
