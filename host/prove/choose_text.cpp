#include "host/prove/choose_text.h"

#include <algorithm>

#include "vm/value/scalar.h"

namespace remit::prove {

namespace {

constexpr size_t kMostLength = 4096;  // of a text that is made up

bool has_form(ValueKind form, const std::string& text) {
    if (form == ValueKind::Path) return parse_path(text) == text;
    if (form == ValueKind::Host) return parse_host(text) == text;
    if (form == ValueKind::Ip) return parse_ip(text).has_value();
    if (form == ValueKind::Cidr) return parse_cidr(text).has_value();
    return true;
}

bool fits(const Wanted& wanted, const std::set<std::string>& taken, const std::string& text) {
    if (taken.contains(text)) return false;
    if (wanted.length && static_cast<int64_t>(text.size()) != *wanted.length) return false;
    const auto formed = [&](ValueKind form) { return has_form(form, text); };
    if (!std::all_of(wanted.forms.begin(), wanted.forms.end(), formed)) return false;
    return std::all_of(wanted.answers.begin(), wanted.answers.end(),
                       [&](const auto& answer) { return holds_of(answer.first, text) == answer.second; });
}

std::string from_glob(std::string_view glob, const std::string& filler) {
    std::string out;
    for (const char c : glob) {
        if (c == '*')
            out += filler;
        else
            out += c == '?' ? 'x' : c;
    }
    return out;
}

/// The longest run of plain characters at the start of a regular expression.
std::string plain_start(const std::string& regex) { return regex.substr(0, regex.find_first_of("\\.+*?()|[]{}^$")); }

struct Frames {
    std::vector<std::string> fronts{""}, backs{""}, middles{""}, whole;
};

Frames frames_of(const Wanted& wanted, const std::string& filler) {
    Frames f;
    std::string contained;
    for (const auto& [p, yes] : wanted.answers) {
        if (!yes) {
            if (p.op == Op::MatchesS) f.fronts.push_back(plain_start(p.pattern));
            continue;
        }
        if (p.op == Op::StartsS) f.fronts.push_back(p.pattern);
        if (p.op == Op::EndsS) f.backs.push_back(p.pattern);
        if (p.op == Op::HostLike) f.backs.push_back(p.pattern.substr(1));
        if (p.op == Op::ContainsS) {
            f.middles.push_back(p.pattern);
            contained += p.pattern;
        }
        if (p.op == Op::InsideS) {
            f.fronts.push_back(p.pattern == "/" ? "/" : p.pattern == "." ? "" : p.pattern + "/");
            f.whole.push_back(p.pattern);
        }
        if (p.op == Op::LikeS) {
            f.whole.push_back(from_glob(p.pattern, ""));
            f.whole.push_back(from_glob(p.pattern, filler));
            f.whole.push_back(from_glob(p.pattern, contained));
        }
        if (p.op == Op::MatchesS) {
            f.fronts.push_back(plain_start(p.pattern));
            f.whole.push_back(plain_start(p.pattern));
        }
    }
    f.middles.push_back(contained);
    if (wanted.forms.contains(ValueKind::Path)) f.fronts.emplace_back("/");
    return f;
}

std::optional<std::string> choose_string(const Wanted& wanted, const std::set<std::string>& taken) {
    std::vector<std::string> fillers{wanted.word, ""};
    for (int i = 1; i < 10; ++i) fillers.push_back(wanted.word + std::to_string(i));
    for (const char* more : {"x", "0", "A", "a1", "-", "/x", "a.b"}) fillers.emplace_back(more);
    for (const std::string& filler : fillers) {
        const Frames f = frames_of(wanted, filler);
        for (const std::string& whole : f.whole)
            if (fits(wanted, taken, whole)) return whole;
        for (const std::string& front : f.fronts)
            for (const std::string& back : f.backs)
                for (const std::string& middle : f.middles) {
                    std::string text = front + filler + middle;
                    if (wanted.length && *wanted.length <= static_cast<int64_t>(kMostLength))
                        while (static_cast<int64_t>(text.size() + back.size()) < *wanted.length) text += 'x';
                    text += back;
                    if (fits(wanted, taken, text)) return text;
                }
    }
    return std::nullopt;
}

std::optional<std::string> choose_net(const Wanted& wanted, const std::set<std::string>& taken) {
    const bool network = wanted.forms.contains(ValueKind::Cidr);
    std::vector<Net> bases;
    for (const auto& [p, yes] : wanted.answers)
        if (const auto net = p.pattern.find('/') == std::string::npos ? parse_ip(p.pattern) : parse_cidr(p.pattern))
            bases.push_back(*net);
    bases.push_back(*parse_ip("192.0.2.1"));
    bases.push_back(*parse_ip("2001:db8::1"));
    for (Net net : bases)
        for (int step = 0; step < 4; ++step, ++net.addr[15]) {
            Net candidate = net;
            if (!network) candidate.bits = 128;
            std::string text = format_net(candidate);
            if (network && text.find('/') == std::string::npos)
                text += text.find(':') == std::string::npos ? "/32" : "/128";
            if (fits(wanted, taken, text)) return text;
        }
    return std::nullopt;
}

}  // namespace

std::optional<std::string> choose_text(const Wanted& wanted, const std::set<std::string>& taken) {
    return wanted.kind == Kind::Net ? choose_net(wanted, taken) : choose_string(wanted, taken);
}

}  // namespace remit::prove
