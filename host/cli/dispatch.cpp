// From words to a verb's function, and the help that the table gives.
#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "host/cli/verbs.h"
#include "host/cli/version.h"

namespace remit::cli {

namespace {

std::string flag_label(const Flag& flag) {
    std::string label = flag.letter != 0 ? fmt::format("-{}, --{}", flag.letter, flag.name)
                                         : fmt::format("    --{}", flag.name);
    if (!flag.choices.empty()) return label + fmt::format(" {}", flag.choices);
    if (!flag.implied.empty()) return label + fmt::format("[={}]", flag.value);
    if (!flag.value.empty()) return label + fmt::format(" {}", flag.value);
    return label;
}

void append_flags(std::string& out, std::span<const Flag> flags, size_t width) {
    for (const Flag& flag : flags) {
        out += fmt::format("  {:<{}}  {}", flag_label(flag), width, flag.help);
        if (!flag.initial.empty()) out += fmt::format(" (default: {})", flag.initial);
        out += '\n';
    }
}

ColorMode color_mode(const Arguments& arguments) {
    const std::string& mode = arguments.get("color");
    return mode == "always" ? ColorMode::Always : mode == "never" ? ColorMode::Never : ColorMode::Auto;
}

Exit usage_error(Console& console, std::string_view text, std::string_view hint) {
    console.error(text);
    console.err(fmt::format("{}\n", hint));
    return Exit::Usage;
}

/// `words` name no verb; the first `taken` of them name a group.
Exit unknown_verb(const std::vector<std::string>& words, size_t taken, Console& console) {
    const Verb* group = taken == 0 ? nullptr : find_verb(std::string_view(words[0]));
    std::vector<std::string_view> names;
    for (const Verb& verb : group == nullptr ? verbs() : group->parts()) names.push_back(last_word(verb));
    const std::string& word = words[taken];
    const std::string guess = closest(word, names), prefix = group == nullptr ? "" : std::string(group->name) + " ";
    const std::string hint = guess.empty() ? fmt::format("`remit {}--help` lists the verbs", prefix)
                                           : fmt::format("did you mean `{}{}`?", prefix, guess);
    return usage_error(console, fmt::format("there is no verb `{}{}`", prefix, word), hint);
}

Exit run_verb(const Verb& verb, const std::vector<std::string>& words, Console& console) {
    std::string error;
    const auto arguments = parse_arguments(verb, words, error);
    if (!arguments) {
        console.set_color(ColorMode::Auto);
        return usage_error(console, error,
                           fmt::format("usage: remit {} {}; see `remit help {}`", verb.name, verb.usage, verb.name));
    }
    console.set_color(color_mode(*arguments));
    if (arguments->has("help")) {
        console.out().write(help_for(verb, console.color_out()));
        return Exit::Fine;
    }
    if (verb.run == nullptr) {
        return usage_error(console, fmt::format("`remit {}` needs its verb first", verb.name),
                           fmt::format("usage: remit {} {}", verb.name, verb.usage));
    }
    return verb.run(*arguments, console);
}

std::string list_of(std::span<const Verb> list, size_t width, bool color) {
    std::string out;
    for (const Verb& verb : list) {
        out += fmt::format("  {}  {}\n", paint(color, Paint::Cyan, fmt::format("{:<{}}", last_word(verb), width)),
                           verb.summary);
    }
    return out;
}

}  // namespace

std::string overview(bool color) {
    std::string out = "Remit: what an agent may call, with which data, and whose signature it needs.\n\n";
    out += paint(color, Paint::Bold, "usage:") + " remit VERB ...\n\n";
    out += list_of(verbs(), 10, color);
    out += "\n  --version   print the version\n  --help      print this\n\n";
    out +=
        "`remit help VERB` says more. Exit codes: 0 fine, 1 the thing asked about is wrong, 2 usage, 3 environment.\n";
    return out;
}

std::string help_for(const Verb& verb, bool color) {
    std::string out = fmt::format("remit {}: {}\n\n", verb.name, verb.summary);
    out += fmt::format("{} remit {} {}\n\n{}\n\n", paint(color, Paint::Bold, "usage:"), verb.name, verb.usage,
                       verb.text);
    if (verb.parts != nullptr) {
        out += list_of(verb.parts(), 8, color) + fmt::format("\n`remit help {} VERB` says more.\n\n", verb.name);
    }
    size_t width = 0;
    for (const auto flags : {verb.flags, common_flags()}) {
        for (const Flag& flag : flags) width = std::max(width, flag_label(flag).size());
    }
    append_flags(out, verb.flags, width);
    append_flags(out, common_flags(), width);
    out += fmt::format("\n{}\n", paint(color, Paint::Bold, "examples:"));
    std::string_view rest = verb.examples;
    while (!rest.empty()) {
        const size_t end = rest.find('\n');
        out += fmt::format("  {}\n", rest.substr(0, end));
        rest.remove_prefix(std::min(rest.size(), end + 1));
    }
    return out;
}

Exit run_help(const Arguments& arguments, Console& console) {
    if (arguments.words.empty()) {
        console.out().write(overview(console.color_out()));
        return Exit::Fine;
    }
    size_t taken = 0;
    const Verb* verb = find_verb(arguments.words, taken);
    if (verb == nullptr) return unknown_verb(arguments.words, taken, console);
    if (taken < arguments.words.size()) {
        return usage_error(console, fmt::format("`remit {}` is a verb by itself", verb->name),
                           fmt::format("see `remit help {}`", verb->name));
    }
    console.out().write(help_for(*verb, console.color_out()));
    return Exit::Fine;
}

Exit run(const std::vector<std::string>& args, Console& console) {
    if (!args.empty() && (args[0] == "--version" || args[0] == "-V")) {
        console.out().line(version_line());
        return Exit::Fine;
    }
    console.set_color(ColorMode::Auto);
    if (args.empty()) {
        console.err(overview(console.color_err()));
        return Exit::Usage;
    }
    if (args[0] == "--help" || args[0] == "-h") {
        console.out().write(overview(console.color_out()));
        return Exit::Fine;
    }
    size_t taken = 0;
    const Verb* verb = find_verb(args, taken);
    if (verb == nullptr) return unknown_verb(args, taken, console);
    try {
        return run_verb(*verb, {args.begin() + static_cast<std::ptrdiff_t>(taken), args.end()}, console);
    } catch (const std::exception& failure) {
        // Memory ran out, or a library threw past its fence. The process ends; what was written so far stands.
        console.error(fmt::format("cannot go on: {}", failure.what()));
        return Exit::Environment;
    }
}

}  // namespace remit::cli
