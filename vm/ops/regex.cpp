#include "vm/ops/regex.h"

#include <re2/re2.h>

namespace remit {
namespace {

constexpr int64_t kRegexMemory = 4 << 20;

RE2::Options options() {
    RE2::Options o;
    o.set_log_errors(false);
    o.set_max_mem(kRegexMemory);
    o.set_encoding(RE2::Options::EncodingUTF8);
    return o;
}
re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace

struct RegexMachine {
    std::string pattern;
    RE2 re;
    explicit RegexMachine(std::string_view text) : pattern(text), re(piece(pattern), options()) {}
};

void RegexMachineDelete::operator()(RegexMachine* machine) const noexcept { delete machine; }

std::unique_ptr<CompiledRegex> compile_regex(std::string_view pattern) {
    std::unique_ptr<RegexMachine, RegexMachineDelete> machine(new RegexMachine(pattern));
    if (!machine->re.ok()) return nullptr;
    auto regex = std::make_unique<CompiledRegex>();
    regex->text = {machine->pattern.data(), static_cast<uint32_t>(machine->pattern.size()), kCompiledRegexTag};
    regex->machine = std::move(machine);
    return regex;
}

std::optional<std::string> regex_error(std::string_view pattern) {
    const RE2 re(piece(pattern), options());
    if (re.ok()) return std::nullopt;
    return re.error();
}

bool regex_matches(const CompiledRegex& regex, std::string_view text) noexcept {
    return RE2::FullMatch(piece(text), regex.machine->re);
}

}  // namespace remit
