// Runs the cases of tests/diagnostics/*.test: texts that are wrong, each with what the compiler must say about it.
//
//     # a name for the case
//     policy text, any number of lines
//     --- file other.remit       more files, for `use` and `under`
//     ...
//     --- expect
//     R0102 3:5 a part of the message
//     R0203 other.remit:1:1 a part of the message
//
// Every message must be expected and every expectation met. In a text, a line that begins with `@` makes what cannot be written:
// `@repeat N TEXT` is N lines, `@fill N TEXT` is TEXT N times without a line end, `@raw HH HH` is bytes; in `@repeat`, `{}` in TEXT is
// the line's number.
//
//     test_diagnostics [--update] FOLDER
//
// Cases of lint.test are linted as well, those whose name begins with `pedantic` pedantically. Fails if a row of diagnostics.def is provoked by no case. `--update` rewrites the expectations to what the compiler says now.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/compile.h"
#include "compiler/lint/lint.h"

namespace fs = std::filesystem;

namespace {

constexpr const char* kMain = "main.remit";

struct Case {
    std::string name;
    std::vector<std::pair<std::string, std::string>> files;  // as written, the main file first
    std::vector<std::string> expect;
};

struct Said {
    std::string code, place, message;
    std::string line() const { return fmt::format("{} {} {}", code, place, message); }
};

std::string read_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<Case> parse_cases(const std::string& text) {
    std::vector<Case> cases;
    std::istringstream in(text);
    bool expecting = true;
    for (std::string line; std::getline(in, line);) {
        if (expecting && line.rfind("# ", 0) == 0) {
            cases.push_back({line.substr(2), {{kMain, ""}}, {}});
            expecting = false;
        } else if (line == "--- expect") {
            expecting = true;
        } else if (line.rfind("--- file ", 0) == 0 && !cases.empty()) {
            cases.back().files.emplace_back(line.substr(9), "");
        } else if (!cases.empty() && expecting) {
            if (!line.empty()) cases.back().expect.push_back(line);
        } else if (!cases.empty()) {
            cases.back().files.back().second += line + "\n";
        }
    }
    return cases;
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
    return text;
}

/// One `@` line made into what it stands for.
std::string expand_line(const std::string& line) {
    std::istringstream in(line);
    std::string directive, out;
    in >> directive;
    if (directive == "@raw") {
        for (std::string byte; in >> byte;) out += static_cast<char>(std::stoi(byte, nullptr, 16));
        return out;
    }
    size_t times = 0;
    in >> times;
    in.get();
    std::string rest;
    std::getline(in, rest);
    for (size_t i = 0; i < times; ++i)
        out += directive == "@repeat" ? replaced(rest, "{}", std::to_string(i)) + "\n" : rest;
    return out;
}

std::string expand(const std::string& text) {
    if (text.find('@') == std::string::npos) return text;
    std::string out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) out += line.rfind('@', 0) == 0 ? expand_line(line) : line + "\n";
    return out;
}

std::vector<Said> run(const Case& one, bool lints) {
    std::map<std::string, std::string> files;
    for (const auto& [name, text] : one.files) files[name] = expand(text);
    const remit::Loader loader = [&files](const std::string& path, std::string& error) -> std::optional<std::string> {
        const auto found = files.find(path);
        if (found != files.end()) return found->second;
        error = "no such file";
        return std::nullopt;
    };
    remit::Compilation compiled = remit::compile(kMain, files[kMain], loader);
    if (lints) remit::lint(compiled, {one.name.rfind("pedantic", 0) == 0}, compiled.diagnostics);
    std::vector<Said> said;
    for (const remit::Diagnostic& d : compiled.diagnostics.sorted()) {
        const remit::SourceFile& file = compiled.sources.file(d.span.file);
        const remit::LineColumn at = file.locate(d.span.begin);
        const std::string prefix = file.name() == kMain ? "" : file.name() + ":";
        said.push_back({std::string(code_of(d.id)), fmt::format("{}{}:{}", prefix, at.line, at.column), d.message});
    }
    return said;
}

/// Whether an expectation, `CODE PLACE PART`, is met by what was said.
bool meets(const std::string& expectation, const Said& said) {
    std::istringstream in(expectation);
    std::string code, place, part;
    in >> code >> place >> std::ws;
    std::getline(in, part);
    return code == said.code && place == said.place && said.message.find(part) != std::string::npos;
}

/// What is wrong, line by line; empty if nothing is.
std::string judge(const Case& one, const std::vector<Said>& said) {
    std::vector<bool> used(said.size());
    std::string wrong;
    for (const std::string& expectation : one.expect) {
        size_t i = 0;
        while (i < said.size() && (used[i] || !meets(expectation, said[i]))) ++i;
        if (i == said.size()) {
            wrong += "  not said: " + expectation + "\n";
        } else {
            used[i] = true;
        }
    }
    for (size_t i = 0; i < said.size(); ++i) {
        if (!used[i]) wrong += "  not expected: " + said[i].line() + "\n";
    }
    if (one.expect.empty()) wrong += "  a case must expect something\n";
    return wrong;
}

std::string written(const Case& one, const std::vector<Said>& said) {
    std::string text = "# " + one.name + "\n";
    for (size_t i = 0; i < one.files.size(); ++i) {
        if (i > 0) text += "--- file " + one.files[i].first + "\n";
        text += one.files[i].second;
    }
    text += "--- expect\n";
    for (const Said& s : said) text += s.line() + "\n";
    return text;
}

const std::vector<std::string>& all_codes() {
    static const std::vector<std::string> codes = {
#define REMIT_DIAGNOSTIC(id, severity, code, message, help) code,
#include "compiler/source/diagnostics.def"
    };
    return codes;
}

}  // namespace

int main(int argc, char** argv) {
    const bool update = argc > 2 && std::string(argv[1]) == "--update";
    if (argc != (update ? 3 : 2)) {
        std::cerr << "usage: test_diagnostics [--update] FOLDER\n";
        return 2;
    }
    std::set<std::string> provoked;
    size_t cases = 0, failed = 0;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(argv[argc - 1])) {
        if (entry.path().extension() == ".test") paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const fs::path& path : paths) {
        std::string renewed;
        for (const Case& one : parse_cases(read_text(path))) {
            const std::vector<Said> said = run(one, path.filename() == "lint.test");
            for (const Said& s : said) provoked.insert(s.code);
            ++cases;
            if (update) {
                renewed += (renewed.empty() ? "" : "\n") + written(one, said);
                continue;
            }
            const std::string wrong = judge(one, said);
            if (wrong.empty()) continue;
            ++failed;
            std::cout << path.filename().string() << ": " << one.name << "\n" << wrong;
        }
        if (update) std::ofstream(path, std::ios::binary) << renewed;
    }
    std::set<std::string> missing;
    for (const std::string& code : all_codes()) {
        if (!provoked.count(code)) missing.insert(code);
    }
    for (const std::string& code : missing) std::cout << "no case provokes " << code << "\n";
    std::cout << cases << " cases, " << failed << " failed, " << missing.size() << " of " << all_codes().size()
              << " codes without a case\n";
    return failed == 0 && missing.empty() && cases > 0 ? 0 : 1;
}
