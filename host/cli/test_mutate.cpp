#include "host/cli/test_mutate.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

#include "host/cli/progress.h"
#include "host/testing/literal.h"
#include "host/testing/mutation.h"

namespace remit::cli {

namespace {

/// A mutant as it is shown. Of a file that several others use, it is one mutant, and killed if the tests of one kill it.
struct Shown {
    LineColumn at;
    Mutator mutator{};
    std::string before, after;
    Fate fate = Fate::Lives;
    std::string killed_by;
};
using Key = std::tuple<std::string, uint32_t, uint32_t, std::string>;  // file, begin, end, with
using All = std::map<Key, Shown>;

bool tells_more(Fate fate, Fate before) { return fate == Fate::Killed && before == Fate::Lives; }

void add(All& all, const Sources& sources, MutantResult result) {
    const Mutant& mutant = result.mutant;
    const SourceFile& file = sources.file(mutant.span.file);
    const Key key{file.name(), mutant.span.begin, mutant.span.end, mutant.with};
    Shown shown{file.locate(mutant.span.begin),
                mutant.mutator,
                std::string(file.text().substr(mutant.span.begin, mutant.span.end - mutant.span.begin)),
                mutant.with,
                result.fate,
                std::move(result.killed_by)};
    const auto [entry, is_new] = all.try_emplace(key, shown);
    if (!is_new && tells_more(shown.fate, entry->second.fate)) entry->second = std::move(shown);
}

size_t count(const All& all, Fate fate) {
    size_t out = 0;
    for (const auto& [key, shown] : all) out += shown.fate == fate ? 1 : 0;
    return out;
}

/// Percent of those that could be killed; 100 if there are none.
double score(const All& all) {
    const size_t killed = count(all, Fate::Killed), lives = count(all, Fate::Lives);
    return killed + lives == 0 ? 100.0 : 100.0 * static_cast<double>(killed) / static_cast<double>(killed + lives);
}

std::string human(const All& all, bool color) {
    std::string out;
    for (const auto& [key, shown] : all) {
        if (shown.fate != Fate::Lives) continue;
        out += fmt::format("{} {}:{}:{}: {}\n", paint(color, Paint::Yellow, "lives"), std::get<0>(key), shown.at.line,
                           shown.at.column, what_of(shown.mutator));
        out += fmt::format("  {}\n", paint(color, Paint::Red, "- " + printable(shown.before)));
        if (!shown.after.empty())
            out += fmt::format("  {}\n", paint(color, Paint::Green, "+ " + printable(shown.after)));
    }
    return out + fmt::format("mutants: {} killed, {} live, {} equivalent, {} do not compile; score {:.1f}%\n",
                             count(all, Fate::Killed), count(all, Fate::Lives), count(all, Fate::Equivalent),
                             count(all, Fate::Refused), score(all));
}

std::string_view word_of(Fate fate) {
    switch (fate) {
        case Fate::Killed: return "killed";
        case Fate::Lives: return "lives";
        case Fate::Equivalent: return "equivalent";
        case Fate::Refused: return "refused";
    }
    return "";
}

std::string json(const All& all) {
    std::vector<std::string> mutants;
    for (const auto& [key, shown] : all) {
        JsonFields fields = {
            {"file", json_string(std::get<0>(key))},       {"line", std::to_string(shown.at.line)},
            {"column", std::to_string(shown.at.column)},   {"mutator", json_string(name_of(shown.mutator))},
            {"what", json_string(what_of(shown.mutator))}, {"before", json_string(shown.before)},
            {"after", json_string(shown.after)},           {"fate", json_string(word_of(shown.fate))}};
        if (shown.fate == Fate::Killed) fields["killed_by"] = json_string(shown.killed_by);
        mutants.push_back(object_of(fields));
    }
    return object_of({{"killed", std::to_string(count(all, Fate::Killed))},
                      {"live", std::to_string(count(all, Fate::Lives))},
                      {"equivalent", std::to_string(count(all, Fate::Equivalent))},
                      {"refused", std::to_string(count(all, Fate::Refused))},
                      {"score", fmt::format("{:.1f}", score(all))},
                      {"mutants", array_of(mutants)}}) +
           "\n";
}

}  // namespace

Exit run_mutation(const std::vector<std::unique_ptr<TestFile>>& files, const MutateSettings& settings,
                  Console& console) {
    All all;
    Progress progress(console, "mutants");
    const auto make = [](std::vector<Program> programs) { return make_policy(std::move(programs), Engine::Interp); };
    for (const auto& file : files) {
        const MutationOptions options{settings.jobs, settings.max, settings.seed,
                                      [&](size_t done, size_t total) { progress.at(done, total); }};
        for (MutantResult& result : run_mutants(file->compilation, file->cases, make, options))
            add(all, file->compilation.sources, std::move(result));
    }
    progress.end();
    console.out().write(settings.json ? json(all) : human(all, console.color_out()));
    if (score(all) >= settings.min_percent) return Exit::Fine;
    console.error(fmt::format("the mutation score is {:.1f}%, less than {}%", score(all), settings.min_percent));
    return Exit::Wrong;
}

}  // namespace remit::cli
