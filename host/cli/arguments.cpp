// The one file that knows Boost.Program_options; what it throws ends here.
#include <boost/program_options.hpp>
#include <fmt/format.h>

#include <algorithm>

#include "host/cli/verbs.h"

namespace remit::cli {

namespace po = boost::program_options;

namespace {

constexpr const char* kWords = "words";

void add_flags(po::options_description& options, std::span<const Flag> flags) {
    for (const Flag& flag : flags) {
        std::string name(flag.name);
        if (flag.letter != 0) name += fmt::format(",{}", flag.letter);
        if (flag.value.empty()) {
            options.add_options()(name.c_str(), "");
        } else {
            options.add_options()(name.c_str(), po::value<std::string>(), "");
        }
    }
}

/// The first flag whose value is none of its choices, as a message; empty if all fit.
std::string bad_choice(std::span<const Flag> flags, const Arguments& arguments) {
    for (const Flag& flag : flags) {
        if (flag.choices.empty() || !arguments.has(flag.name)) continue;
        const auto choices = split_choices(flag.choices);
        const std::string& value = arguments.get(flag.name);
        if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
            return fmt::format("--{} takes one of {}, not `{}`", flag.name, fmt::join(choices, ", "), value);
        }
    }
    return "";
}

void fill_initial(std::span<const Flag> flags, Arguments& arguments) {
    for (const Flag& flag : flags) {
        if (!flag.initial.empty() && !arguments.has(flag.name)) arguments.values[std::string(flag.name)] = flag.initial;
    }
}

std::string unknown_flag(const Verb& verb, const std::string& typed) {
    std::vector<std::string> spelled;
    for (const auto flags : {verb.flags, common_flags()}) {
        for (const Flag& flag : flags) spelled.push_back(fmt::format("--{}", flag.name));
    }
    const std::string guess = closest(typed, {spelled.begin(), spelled.end()});
    return fmt::format("`remit {}` has no flag `{}`{}", verb.name, typed,
                       guess.empty() ? "" : fmt::format("; did you mean `{}`?", guess));
}

void take(const po::parsed_options& parsed, Arguments& arguments) {
    for (const auto& option : parsed.options) {
        if (option.string_key == kWords || option.position_key >= 0) {
            arguments.words.insert(arguments.words.end(), option.value.begin(), option.value.end());
        } else {
            arguments.values[option.string_key] = option.value.empty() ? "" : option.value.front();
        }
    }
}

/// `--coverage` as `--coverage=text`: the library would take the next word for its value.
std::vector<std::string> spelled_out(const Verb& verb, std::vector<std::string> words) {
    for (const Flag& flag : verb.flags) {
        if (flag.implied.empty()) continue;
        for (std::string& word : words) {
            if (word == fmt::format("--{}", flag.name)) word += fmt::format("={}", flag.implied);
        }
    }
    return words;
}

}  // namespace

std::vector<std::string_view> split_choices(std::string_view choices) {
    std::vector<std::string_view> parts;
    while (!choices.empty()) {
        const size_t bar = choices.find('|');
        parts.push_back(choices.substr(0, bar));
        choices.remove_prefix(bar == std::string_view::npos ? choices.size() : bar + 1);
    }
    return parts;
}

std::string closest(std::string_view word, const std::vector<std::string_view>& candidates) {
    std::string best;
    size_t best_distance = 3;  // further away is no likely slip
    for (const std::string_view candidate : candidates) {
        // Levenshtein's table, one row at a time.
        std::vector<size_t> row(candidate.size() + 1);
        for (size_t j = 0; j < row.size(); ++j) row[j] = j;
        for (size_t i = 1; i <= word.size(); ++i) {
            size_t diagonal = row[0];
            row[0] = i;
            for (size_t j = 1; j < row.size(); ++j) {
                const size_t change = diagonal + (word[i - 1] == candidate[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
            }
        }
        if (row.back() < best_distance && row.back() < candidate.size()) {
            best_distance = row.back();
            best = candidate;
        }
    }
    return best;
}

const std::string& Arguments::get(std::string_view flag) const {
    static const std::string kNothing;
    const auto found = values.find(std::string(flag));
    return found == values.end() ? kNothing : found->second;
}

std::optional<Arguments> parse_arguments(const Verb& verb, const std::vector<std::string>& words, std::string& error) {
    po::options_description options;
    add_flags(options, verb.flags);
    add_flags(options, common_flags());
    options.add_options()(kWords, po::value<std::vector<std::string>>(), "");
    po::positional_options_description positions;
    positions.add(kWords, -1);

    Arguments arguments;
    try {
        using namespace po::command_line_style;
        constexpr int kStyle = allow_long | long_allow_adjacent | long_allow_next | allow_short | allow_dash_for_short |
                               short_allow_adjacent | short_allow_next;
        const auto parsed = po::command_line_parser(spelled_out(verb, words))
                                .options(options)
                                .positional(positions)
                                .style(kStyle)
                                .run();
        po::variables_map repeated;  // refuses a flag that is given twice
        po::store(parsed, repeated);
        take(parsed, arguments);
    } catch (const po::unknown_option& unknown) {
        error = unknown_flag(verb, unknown.get_option_name());
        return std::nullopt;
    } catch (const po::error& wrong) {
        error = wrong.what();
        return std::nullopt;
    }
    for (const auto flags : {verb.flags, common_flags()}) {
        error = bad_choice(flags, arguments);
        if (!error.empty()) return std::nullopt;
        fill_initial(flags, arguments);
    }
    if (arguments.has("help")) return arguments;
    if (arguments.words.size() < verb.min_words) error = fmt::format("`remit {}` needs {}", verb.name, verb.usage);
    if (arguments.words.size() > verb.max_words)
        error = fmt::format("`remit {}` does not take `{}`", verb.name, arguments.words[verb.max_words]);
    if (!error.empty()) return std::nullopt;
    return arguments;
}

}  // namespace remit::cli
