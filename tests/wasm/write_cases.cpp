// write_cases IMAGE COUNT SEED: random frames for each layer of a compiled policy and what the interpreter says of
// each, rule by rule and not through the index, as JSON on standard output. module_test.mjs gives the same frames to
// the WebAssembly module.
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>

#include "vm/engine/json.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/image.h"
#include "vm/index/loaded.h"
#include "vm/value/scalar.h"

using namespace remit;

namespace {

/// Values for slots: what the rules compare with and its neighbours, and some that no rule knows.
class Pool {
public:
    Pool(const Program& program, std::mt19937_64& random) : program_(program), random_(random) {
        for (const Constant& c : program.constants) add(c);
        for (const char* text :
             {"", "a", "crm.lookup", "https://api.stripe.com/v1/x", "http://[::1]:8080/", "x@acme.example", "10.1.2.3",
              "10.0.0.0/8", "::ffff:1.2.3.4", "2001:db8::/32", "/etc/passwd", "src/main.c", "h\xc3\xa9llo"})
            texts_.push_back(text);
        for (const int64_t n : {int64_t{0}, int64_t{1}, int64_t{2}, int64_t{3}, int64_t{-1}, INT64_MAX, INT64_MIN})
            numbers_.push_back(n);
    }
    int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }

    /// Writes a value for `slot` as JSON and gives it: [bits, error], or the text that it is read from.
    V value(uint32_t slot, std::string& json) {
        if (slot >= kSlotRoles && slot < kSlotRoles + program_.role_words())
            return number(static_cast<int64_t>(random_()), json);
        if (below(8) == 0) return error(json);
        const Kind kind = program_.types[program_.slots[slot].type].kind;
        switch (kind) {
            case Kind::Int: return number(below(3) == 0 ? below(8) : numbers_[random_() % numbers_.size()], json);
            case Kind::Str:
            case Kind::Url:
            case Kind::Email:
            case Kind::Net:
                for (int tries = 0; tries < 20; ++tries)
                    if (const auto v = text(kind, texts_[random_() % texts_.size()], json)) return *v;
                return error(json);
            case Kind::Truth:
            case Kind::List:
            case Kind::Record:
            case Kind::Any: break;
        }
        return error(json);
    }

private:
    void add(const Constant& c) {
        for (const Constant& item : c.items) add(item);
        if (program_.types[c.type].kind == Kind::Int) {
            for (const int64_t n :
                 {c.number, c.number - (c.number > INT64_MIN ? 1 : 0), c.number + (c.number < INT64_MAX ? 1 : 0)})
                numbers_.push_back(n);
        } else if (!c.text.empty()) {
            texts_.push_back(c.text);
        }
    }
    V error(std::string& json) { return pair({0, 1 + below(kErrCount - 1)}, json); }
    V number(int64_t bits, std::string& json) { return pair({bits, 0}, json); }
    static V pair(V v, std::string& json) {
        json += "[\"" + std::to_string(v.bits) + "\"," + std::to_string(v.err) + "]";
        return v;
    }
    Str own(std::string text) {
        const std::string& kept = kept_.emplace_back(std::move(text));
        return {kept.data(), static_cast<uint32_t>(kept.size()), 0};
    }
    /// Nothing if the text is none of that kind.
    std::optional<V> text(Kind kind, const std::string& text, std::string& json) {
        V v = remit::error(Err::BadValue);
        if (kind == Kind::Str) v = ref(&strs_.emplace_back(own(text)));
        if (const auto u = parse_url(text); kind == Kind::Url && u)
            v = ref(&urls_.emplace_back(Url{own(u->text), own(u->scheme), own(u->host), own(u->path), u->port}));
        if (const auto e = parse_email(text); kind == Kind::Email && e)
            v = ref(&emails_.emplace_back(Email{own(e->text), own(e->local), own(e->domain)}));
        if (kind == Kind::Net) {
            const auto ip = parse_ip(text);
            const auto net = ip ? ip : parse_cidr(text);
            if (net) v = ref(&nets_.emplace_back(*net));
        }
        if (v.err != 0) return std::nullopt;
        append_json_string(json, text);
        return v;
    }

    const Program& program_;
    std::mt19937_64& random_;
    std::vector<std::string> texts_;
    std::vector<int64_t> numbers_;
    std::deque<std::string> kept_;
    std::deque<Str> strs_;
    std::deque<Url> urls_;
    std::deque<Email> emails_;
    std::deque<Net> nets_;
};

int verdict_of(const Program& program, const Outcome& out) {
    bool ask = false, never = false;
    for (uint32_t i = 0; i < out.matched_count; ++i) {
        ask = ask || program.rules[out.matched[i]].kind == RuleKind::Ask;
        never = never || program.rules[out.matched[i]].kind == RuleKind::Never;
    }
    if (out.allowed == 0 || out.blocked != 0) return 2;
    return ask ? 1 : never ? 2 : 0;
}

void write_layer(const LoadedProgram& loaded, const Kernel& kernel, size_t layer, int count, std::mt19937_64& random) {
    const Program& program = loaded.program();
    Pool pool(program, random);
    std::vector<uint32_t> matched(program.rules.size() + 1);
    for (int i = 0; i < count; ++i) {
        std::vector<V> frame(program.slots.size());
        std::string json;
        for (uint32_t slot = 0; slot < frame.size(); ++slot) {
            if (slot != 0) json += ',';
            frame[slot] = pool.value(slot, json);
        }
        frame[kSlotRisk] = frame[kSlotLane] = V{};
        const auto tool = static_cast<uint32_t>(pool.below(static_cast<int64_t>(program.tools.size())));
        Outcome out;
        out.matched = matched.data();
        kernel.decide(tool, frame.data(), out);
        std::string after;
        for (const StateDesc& s : program.states)
            for (uint32_t k = 0; k < (s.is_count ? 2u : 1u); ++k)
                after += ",[" + std::to_string(s.slot + k) + ",\"" + std::to_string(frame[s.slot + k].bits) + "\"," +
                         std::to_string(frame[s.slot + k].err) + "]";
        std::printf(
            "%s{\"layer\":%zu,\"tool\":%u,\"slots\":[%s],\"verdict\":%d,\"risk\":\"%lld\",\"lane\":\"%lld\",\"state\":["
            "%s]}\n",
            layer == 0 && i == 0 ? "[" : ",", layer, tool, json.c_str(), verdict_of(program, out),
            static_cast<long long>(frame[kSlotRisk].bits), static_cast<long long>(frame[kSlotLane].bits),
            after.empty() ? "" : after.c_str() + 1);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::fprintf(stderr, "usage: write_cases IMAGE COUNT SEED\n");
        return 2;
    }
    std::ifstream in(argv[1], std::ios::binary);
    const std::string image{std::istreambuf_iterator<char>(in), {}};
    const auto programs = read_images(image);
    if (!programs) {
        std::fprintf(stderr, "%s: %s\n", argv[1], programs.error().c_str());
        return 1;
    }
    std::mt19937_64 random(std::strtoull(argv[3], nullptr, 10));
    for (size_t i = 0; i < programs->size(); ++i) {
        const auto loaded = LoadedProgram::load((*programs)[i]);
        if (!loaded) {
            std::fprintf(stderr, "%s\n", loaded.error().c_str());
            return 1;
        }
        write_layer(**loaded, *make_interpreter(*loaded), i, std::atoi(argv[2]), random);
    }
    std::printf("]\n");
}
