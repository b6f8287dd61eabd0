// One name, one type: two types of the same name in one namespace, in headers that no file includes together, compile, link, and
// crash.
#include <map>
#include <regex>
#include <sstream>

#include "tests/catch.h"
#include "tests/house/repository.h"

using namespace remit::house;

namespace {

/// Types that a header defines at the top level of its namespaces, with the namespace before each.
std::vector<std::string> types_of(const std::string& text) {
    static const std::regex kNamespace(R"(^namespace ([\w:]+) \{)"), kEnd(R"(^\}  // namespace)"),
        kType(R"(^(?:class|struct|enum class) (?:\[\[\w+\]\] )?(\w+)(?: final)?(?: : [^;{]*)? \{)");
    std::vector<std::string> spaces, types;
    std::istringstream lines(text);
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_search(line, match, kNamespace)) spaces.push_back(match[1]);
        if (std::regex_search(line, kEnd) && !spaces.empty()) spaces.pop_back();
        if (!std::regex_search(line, match, kType)) continue;
        std::string name;
        for (const std::string& space : spaces) name += space + "::";
        types.push_back(name + match[1].str());
    }
    return types;
}

}  // namespace

TEST_CASE("types are read from headers") {
    const auto types = types_of(
        "namespace remit {\nstruct A {\n};\nclass B;\nnamespace x {\nclass C : public A {\n};\n}  // namespace x\nenum "
        "class D "
        ": uint8_t { E };\n}  // namespace remit\n");
    CHECK(types == std::vector<std::string>{"remit::A", "remit::x::C", "remit::D"});
}

TEST_CASE("no two headers define a type of the same name in one namespace") {
    std::map<std::string, std::string> where;
    for (const char* room : {"compiler", "vm", "host", "stdlib"}) {
        for (const std::string& path : files_below(REMIT_SOURCE_DIR, room, {".h"})) {
            if (path.rfind("vm/wasm/kernel", 0) == 0) continue;  // a program of its own
            for (const std::string& type : types_of(read_text(fs::path(REMIT_SOURCE_DIR) / path))) {
                const auto [found, is_new] = where.emplace(type, path);
                INFO(type << " stands in " << found->second << " and in " << path);
                CHECK(is_new);
            }
        }
    }
    CHECK(where.size() > 200);
}
