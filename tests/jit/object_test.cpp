// Object files: a C program that has the object and its header alone decides as the interpreter does, and what an
// object cannot hold is refused.
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "tests/jit/engines.h"

using namespace remit;
using namespace remit::test;

namespace {

/// Reads slots, prints answers and the slots after them.
constexpr const char* kDriver = R"(#include <inttypes.h>
#include <stdio.h>
#include "policy.h"
int main(void) {
    static remit_slot slots[HAND_BUILT_SLOTS];
    static remit_slot_text texts[HAND_BUILT_SLOTS];
    static char bytes[HAND_BUILT_SLOTS][64];
    static remit_answer answer;
    uint32_t tool, i;
    while (scanf("%" SCNu32, &tool) == 1) {
        for (i = 0; i < HAND_BUILT_SLOTS; ++i) {
            int64_t bits, error, size;
            if (scanf("%" SCNd64 "%" SCNd64 "%" SCNd64, &bits, &error, &size) != 3) return 2;
            slots[i] = error ? remit_slot_without(error) : remit_slot_number(bits);
            if (size < 0) continue;
            getchar();
            if (fread(bytes[i], 1, (size_t)size, stdin) != (size_t)size) return 2;
            texts[i].data = bytes[i];
            texts[i].size = (uint32_t)size;
            slots[i] = remit_slot_of_text(&texts[i]);
        }
        printf("%" PRIu32, hand_built_decide(tool, slots, &answer));
        printf(" %" PRId64 " %" PRIu32 " %d %d", answer.risk, answer.lane, answer.effects != 0, answer.version[31]);
        for (i = 0; i < HAND_BUILT_SLOTS; ++i)
            if (slots[i].bits != (int64_t)(intptr_t)&texts[i])
                printf(" %" PRId64 "/%" PRId64, slots[i].bits, slots[i].error);
        printf("\n");
    }
    return 0;
}
)";

class Folder {
public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("remit_object_" + std::to_string(::getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string at(const char* name) const { return (path_ / name).string(); }
    void write(const char* name, const std::string& bytes) const { std::ofstream(at(name), std::ios::binary) << bytes; }
    std::string read(const char* name) const {
        std::ifstream in(at(name), std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    /// In this folder, with what it prints in `out`.
    void run(const std::string& command) const {
        const int status = std::system(("cd '" + path_.string() + "' && " + command + " >out 2>&1").c_str());
        INFO(command << "\n" << read("out"));
        REQUIRE((WIFEXITED(status) && WEXITSTATUS(status) == 0));
    }

private:
    std::filesystem::path path_;
};

class ObjectCheck {
public:
    explicit ObjectCheck(Program p) {
        auto loaded = LoadedProgram::load(std::move(p));
        if (!loaded) FAIL(loaded.error());
        loaded_ = *loaded;
        interpreter_ = make_interpreter(loaded_);
    }
    const Program& program() const { return loaded_->program(); }
    bool uses(ClassKind kind) const {
        for (const Layout& layout : loaded_->index().layouts())
            for (const Layout::Dim& dim : layout.dims)
                if (dim.kind == kind) return true;
        return false;
    }
    bool runs() const {
        const auto& all = loaded_->index().layouts();
        return std::any_of(all.begin(), all.end(), [](const Layout& l) { return l.runs; });
    }

    void ask(uint32_t tool, const std::vector<V>& frame) {
        const Said said = decide(*interpreter_, *loaded_, tool, frame);
        bool asked = false, never = false, other = false;
        for (const uint32_t m : said.matched) {
            const RuleKind kind = program().rules[m].kind;
            asked |= kind == RuleKind::Ask;
            never |= kind == RuleKind::Never;
            other |= kind != RuleKind::Allow && kind != RuleKind::Block && kind != RuleKind::Risk &&
                     kind != RuleKind::Lane && kind != RuleKind::Never;
        }
        const bool refused = said.allowed == 0 || said.blocked != 0;
        const bool by_never = !refused && !asked && never;
        expected_ << (refused || by_never ? 2
                      : asked             ? 1
                                          : 0)
                  << ' ' << said.frame[kSlotRisk].first << ' ' << said.frame[kSlotLane].first << ' '
                  << (other || by_never) << ' ' << int{program().hash.back()};
        input_ << tool << '\n';
        for (size_t i = 0; i < program().slots.size(); ++i) {
            const bool text = program().types[program().slots[i].type].kind == Kind::Str && frame[i].err == 0;
            input_ << (text ? 0 : frame[i].bits) << ' ' << frame[i].err << ' ';
            if (text)
                input_ << as<Str>(frame[i]).size << ' ' << as<Str>(frame[i]).view() << '\n';
            else
                input_ << "-1\n";
            if (!text) expected_ << ' ' << (frame[i].err ? 0 : said.frame[i].first) << '/' << said.frame[i].second;
        }
        expected_ << '\n';
    }

    /// Fails the test unless the object gives what was expected, at every level.
    void compare() const {
        const Folder folder;
        const auto header = object_header(*loaded_);
        if (!header) FAIL(header.error());
        folder.write("policy.h", *header);
        folder.write("main.c", kDriver);
        folder.write("in", input_.str());
        for (const int level : {0, 1, 2}) {
            NativeOptions options;
            options.opt_level = level;
            const auto object = native_object(*loaded_, options);
            if (!object) FAIL(object.error());
            INFO("level " << level);
            folder.write("policy.o", *object);
            folder.run("nm -g policy.o");
            CHECK(symbols(folder.read("out")) == "T hand_built_decide;");
            folder.run("cc -std=c99 -Wall -Wextra -Wpedantic -Werror main.c policy.o -o decide");
            folder.run("./decide <in");
            CHECK(folder.read("out") == expected_.str());
            CHECK(*native_object(*loaded_, options) == *object);
        }
    }

private:
    /// All but what the C library may be asked for.
    static std::string symbols(const std::string& listing) {
        std::istringstream lines(listing);
        std::string out;
        for (std::string line; std::getline(lines, line);) {
            const std::string symbol = line.substr(17);
            if (symbol.starts_with("U mem") || symbol == "U bcmp") continue;
            out += symbol + ";";
        }
        return out;
    }

    std::shared_ptr<const LoadedProgram> loaded_;
    std::shared_ptr<const Kernel> interpreter_;
    std::ostringstream input_, expected_;
};

enum class Compare { Below, Above, Is };

RuleInfo& add_rule(Program& p, Action action, uint32_t slot, Compare how, int64_t value, int64_t payload = 0) {
    ShapeAssembler a(p);
    const uint16_t literal = a.param(kIntType), read = a.slot(slot);
    uint16_t guard = 0;
    switch (how) {
        case Compare::Below: guard = a.op(Op::LtI, read, literal); break;
        case Compare::Above: guard = a.op(Op::LtI, literal, read); break;
        case Compare::Is: guard = a.op(Op::EqI, read, literal); break;
    }
    const uint32_t shape = a.ret(guard);
    const size_t begin = p.rows.size();
    add_row(p, {number(value)}, payload);
    add_segment(p, action, shape, begin);
    return p.rules.back();
}
void become(RuleInfo& rule, RuleKind kind) {
    rule.kind = kind;
    if (kind == RuleKind::Ask) rule.quorum = 1;
}
void add_text_rule(Program& p, Action action, uint32_t slot, const std::string& value) {
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::EqS, a.slot(slot), a.param(kStrType)));
    const size_t begin = p.rows.size();
    add_row(p, {text(value)});
    add_segment(p, action, shape, begin);
}
/// A guard that no table holds.
RuleInfo& add_sum_rule(Program& p, Action action, uint32_t x, uint32_t y, int64_t limit, int64_t payload = 0) {
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::LtI, a.param(kIntType), a.op(Op::AddI, a.slot(x), a.slot(y))));
    const size_t begin = p.rows.size();
    add_row(p, {number(limit)}, payload);
    add_segment(p, action, shape, begin);
    return p.rules.back();
}
void add_tool(Program& p, const std::string& name) {
    ToolDesc tool;
    tool.name = name;
    tool.segments_begin = tool.segments_end = static_cast<uint32_t>(p.tool_segments.size());
    p.tools.push_back(tool);
}
std::vector<V> around(const std::vector<int64_t>& thresholds) {
    std::vector<V> values{{INT64_MIN, 0}, {-1, 0}, {0, 0}, {1, 0}, {INT64_MAX, 0}};
    for (const int64_t t : thresholds)
        for (const int64_t d : {-1, 0, 1}) values.push_back({t + d, 0});
    for (int64_t e = 1; e < kErrCount; ++e) values.push_back({0, e});
    return values;
}

}  // namespace

TEST_CASE("an object: numbers of every kind, and all that leaves say") {
    const std::pair<ClassKind, std::vector<int64_t>> cases[] = {
        {ClassKind::Direct, {-2, -1, 0, 1, 2, 3}},
        {ClassKind::Few, {-1000000, 7, 5000000000}},
        {ClassKind::Span, {10, 20, 35, 50, 51, 52, 80, 99, 120, 333}},
        {ClassKind::Search, {-5000000000, -7, 0, 12, 500, 100000, 700000, 8000000, 90000000, 1000000000000}},
    };
    for (const auto& [kind, thresholds] : cases) {
        Program p = empty_program();
        const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
        add_rule(p, Action::Allow, x, Compare::Below, thresholds[2] + 1);
        for (size_t i = 0; i < thresholds.size(); ++i)
            add_rule(p, Action::Risk, x, Compare::Above, thresholds[i] - 1, static_cast<int64_t>(i) + 1);
        for (size_t i = 0; i < thresholds.size(); ++i)
            add_rule(p, Action::Lane, x, Compare::Below, thresholds[i], static_cast<int64_t>(i % 3));
        add_rule(p, Action::Allow, y, Compare::Above, 5);
        add_rule(p, Action::Block, x, Compare::Is, thresholds[0]);
        become(add_rule(p, Action::Note, x, Compare::Above, thresholds[1]), RuleKind::Ask);
        add_rule(p, Action::Note, y, Compare::Is, 6).kind = RuleKind::Never;
        add_rule(p, Action::Note, y, Compare::Is, 7).kind = RuleKind::Record;
        ObjectCheck check(std::move(p));
        INFO("kind " << static_cast<int>(kind));
        CHECK(check.uses(kind));
        std::vector<V> frame = frame_of(check.program());
        for (const uint32_t tool : {0u, 1u, UINT32_MAX})
            for (const V value : around(thresholds))
                for (const V other : {V{5, 0}, V{6, 0}, V{7, 0}, error(Err::Null)}) {
                    frame[x] = value;
                    frame[y] = other;
                    check.ask(tool, frame);
                }
        check.compare();
    }
}

TEST_CASE("an object: retention that cannot be kept is denied") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType);
    add_rule(p, Action::Allow, x, Compare::Above, 0);
    RuleInfo& least = add_rule(p, Action::Note, x, Compare::Above, 5);
    least.kind = RuleKind::Retain;
    least.at_least_ns = 100;
    RuleInfo& most = add_rule(p, Action::Note, x, Compare::Above, 8);
    most.kind = RuleKind::Retain;
    most.at_most_ns = 50;
    auto loaded = LoadedProgram::load(std::move(p));
    REQUIRE(loaded.ok());
    const Folder folder;
    folder.write("policy.h", *object_header(**loaded));
    folder.write("policy.o", *native_object(**loaded));
    folder.write("main.c", kDriver);
    std::string in;
    for (const int value : {3, 7, 9}) {
        in += "0\n";
        for (size_t i = 0; i < (*loaded)->program().slots.size(); ++i)
            in += (i == x ? std::to_string(value) : "0") + " 0 -1\n";
    }
    folder.write("in", in);
    folder.run("cc main.c policy.o -o decide");
    folder.run("./decide <in | cut -c1-8");
    CHECK(folder.read("out") == "0 0 0 0 \n0 0 0 1 \n2 0 0 1 \n");
}

TEST_CASE("an object: texts") {
    Program p = empty_program();
    const uint32_t name = add_slot(p, kStrType), x = add_slot(p, kIntType);
    add_text_rule(p, Action::Allow, name, "anna");
    add_text_rule(p, Action::Block, name, "otto");
    add_text_rule(p, Action::Note, name, "");
    for (int i = 0; i < 40; ++i)
        add_text_rule(p, i % 3 ? Action::Allow : Action::Note, name, "name" + std::to_string(i * i));
    add_tool(p, "u");  // has no text
    add_rule(p, Action::Allow, x, Compare::Above, 3);
    add_tool(p, "v");
    add_text_rule(p, Action::Allow, name, "zoe");
    ObjectCheck check(std::move(p));
    CHECK(check.uses(ClassKind::Text));
    std::vector<V> frame = frame_of(check.program());
    std::vector<std::string> names{"anna", "otto", "ann", "annaa", "", "zoe", "name99999999999"};
    for (int i = 0; i < 50; ++i) names.push_back("name" + std::to_string(i * i));
    for (const uint32_t tool : {0u, 1u, 2u, 3u}) {
        for (const std::string& n : names) {
            const Str s{n.data(), static_cast<uint32_t>(n.size()), 0};
            frame[name] = ref(&s);
            check.ask(tool, frame);
        }
        frame[name] = error(Err::Absent);
        check.ask(tool, frame);
    }
    check.compare();
}

TEST_CASE("an object: roles, with and without sets") {
    for (const size_t count : {size_t{0}, size_t{3}, size_t{63}, size_t{130}}) {
        INFO(count << " roles");
        Program p = empty_program();
        const size_t words = (count + 63) / 64;
        for (size_t r = 0; r < count; ++r) {
            p.roles.push_back("r" + std::to_string(1000 + r));
            p.role_closure.emplace_back(words, 0);
            p.role_closure.back()[r / 64] = uint64_t{1} << (r % 64);
        }
        for (size_t w = 0; w < words; ++w) p.slots.push_back({"roles" + std::to_string(w), kIntType});
        const uint32_t x = add_slot(p, kIntType);
        for (size_t r = 0; r < count; r += count > 20 ? 9 : 1) {
            ShapeAssembler a(p);
            const auto bits = static_cast<int64_t>(uint64_t{1} << (r % 64));
            const uint16_t has = a.op(Op::AnyBits, a.slot(static_cast<uint32_t>(kSlotRoles + r / 64)),
                                      a.param(kIntType));
            const uint32_t shape = a.ret(a.op(Op::And, has, a.op(Op::LtI, a.param(kIntType), a.slot(x))));
            const size_t begin = p.rows.size();
            add_row(p, {number(bits), number(static_cast<int64_t>(r))});
            add_segment(p, r % 2 ? Action::Block : r % 4 ? Action::Note : Action::Allow, shape, begin);
        }
        add_rule(p, Action::Allow, x, Compare::Is, 50);
        ObjectCheck check(std::move(p));
        std::vector<V> frame = frame_of(check.program());
        for (size_t r = 0; r <= count; ++r) {
            for (size_t w = 0; w < words; ++w) frame[kSlotRoles + w] = {0, 0};
            if (r < count) frame[kSlotRoles + r / 64] = {static_cast<int64_t>(uint64_t{1} << (r % 64)), 0};
            for (const V value : {V{-1, 0}, V{40, 0}, V{50, 0}, V{500, 0}, error(Err::Absent)}) {
                frame[x] = value;
                check.ask(0, frame);
            }
        }
        check.compare();
    }
}

TEST_CASE("an object: rows that no table holds, marks and counts, tools with little in common") {
    Program p = empty_program();
    std::vector<uint32_t> slots;
    for (int i = 0; i < 30; ++i) slots.push_back(add_slot(p, kIntType));
    const uint32_t mark = add_slot(p, kIntType), total = add_slot(p, kIntType);
    add_slot(p, kIntType);   // what this call adds to the count
    add_slot(p, kListType);  // the count's values, if it were of distinct ones
    StateDesc seen, sum;
    seen.name = "seen";
    seen.slot = mark;
    sum.name = "sum";
    sum.is_count = true;
    sum.slot = total;
    p.states = {seen, sum};
    for (size_t t = 0; t < 10; ++t) {
        if (t > 0) add_tool(p, "u" + std::to_string(t));
        add_rule(p, Action::Risk, slots[t], Compare::Above, 5, 7);
        add_sum_rule(p, Action::Risk, slots[t], slots[t + 10], 10, 9);
        for (const size_t s : {t, t + 10, t + 20})
            add_rule(p, s % 3 ? Action::Allow : Action::Block, slots[s], s % 2 ? Compare::Above : Compare::Is,
                     static_cast<int64_t>(s));
        add_sum_rule(p, Action::Mark, slots[t], slots[t + 10], 20, mark);
        add_sum_rule(p, Action::Count, slots[t + 10], slots[t + 20], 30, total);
        become(add_rule(p, Action::Note, kSlotRisk, Compare::Above, 8), t % 2 ? RuleKind::Ask : RuleKind::Never);
        become(add_sum_rule(p, Action::Note, slots[t], slots[t + 20], 40), t % 3 ? RuleKind::Ask : RuleKind::Never);
    }
    ObjectCheck check(std::move(p));
    CHECK(check.runs());
    std::mt19937_64 random(1);
    for (uint32_t tool = 0; tool < 12; ++tool) {
        for (int round = 0; round < 40; ++round) {
            std::vector<V> frame = frame_of(check.program());
            for (const uint32_t s : slots) {
                const int64_t error = random() % 19 == 0 ? 1 : 0;
                frame[s] = {error ? 0 : static_cast<int64_t>(random() % 34), error};
            }
            check.ask(tool, frame);
        }
    }
    check.compare();
}

TEST_CASE("an object: parts of texts and lists of literals in rows that no table holds") {
    Program p = empty_program();
    TypeDesc texts;
    texts.kind = Kind::List;
    texts.item = kStrType;
    const TypeRef text_list = add_type(p, texts);
    const uint32_t name = add_slot(p, kStrType), x = add_slot(p, kIntType);
    struct Case {
        Op op;
        uint32_t slot;
        TypeRef type;
        Constant literal;
    };
    const Case cases[] = {
        {Op::EqS, name, kStrType, text("a.b.example")},
        {Op::StartsS, name, kStrType, text("a.")},
        {Op::EndsS, name, kStrType, text("xample")},
        {Op::ContainsS, name, kStrType, text("b.ex")},
        {Op::LikeS, name, kStrType, text("a*e?am*")},
        {Op::HostLike, name, kStrType, text("*.example")},
        {Op::InsideS, name, kStrType, text("/etc")},
        {Op::InS, name, text_list, list({text("a.b"), text("/etc"), text("")}, text_list)},
        {Op::InI, x, kListType, list({number(3), number(9), number(-1)})},
    };
    for (size_t i = 0; i < std::size(cases); ++i) {
        if (i > 0) add_tool(p, "u" + std::to_string(i));
        ShapeAssembler a(p);
        const uint16_t has = a.op(cases[i].op, a.slot(cases[i].slot), a.param(cases[i].type));
        // Not a conjunction, so that it is run as a whole.
        const uint32_t shape = a.ret(
            a.op(Op::Or, has, a.op(Op::EqI, a.op(Op::AddI, a.slot(x), a.slot(x)), a.param(kIntType))));
        const size_t begin = p.rows.size();
        add_row(p, {cases[i].literal, number(40)});
        add_segment(p, i % 2 ? Action::Allow : Action::Risk, shape, begin);
        p.rows.back().payload = i % 2 ? 0 : 7;
        if (i % 2 == 0) add_rule(p, Action::Allow, kSlotRisk, Compare::Is, 7);
    }
    ObjectCheck check(std::move(p));
    CHECK(check.runs());
    std::vector<V> frame = frame_of(check.program());
    for (uint32_t tool = 0; tool < std::size(cases); ++tool) {
        for (const std::string n :
             {"", "a", "a.", "a.b", "a.b.example", "a.b.exampl", "b.example", ".example", "/etc", "/etc/x", "/etcx"}) {
            for (const V number : {V{0, 0}, V{3, 0}, V{-1, 0}, V{9, 0}, V{20, 0}, error(Err::Null)}) {
                const Str s{n.data(), static_cast<uint32_t>(n.size()), 0};
                frame[name] = ref(&s);
                frame[x] = number;
                check.ask(tool, frame);
            }
        }
        frame[name] = error(Err::Absent);
        check.ask(tool, frame);
    }
    check.compare();
}

TEST_CASE("an object's header stays C whatever names hold") {
    Program p = empty_program();
    const uint32_t x = add_slot(p, kIntType), y = add_slot(p, kIntType);
    p.slots[x].name = "flag(\"*/ int z; /*\\\n\").on";
    p.slots[y].name = "flag(\"*/ int z; /*/\n\").on";
    add_rule(p, Action::Allow, x, Compare::Above, 3);
    add_rule(p, Action::Block, y, Compare::Above, 3);
    ObjectCheck check(std::move(p));
    check.ask(0, frame_of(check.program()));
    check.compare();
}

TEST_CASE("an object refuses what it cannot hold, by the rule's place") {
    Program p = empty_program();
    const uint32_t name = add_slot(p, kStrType);
    ShapeAssembler a(p);
    const uint32_t shape = a.ret(a.op(Op::MatchesS, a.slot(name), a.param(kStrType)));
    const size_t begin = p.rows.size();
    add_row(p, {text("secret")});
    add_segment(p, Action::Block, shape, begin);
    p.rules.back().at = "mail.remit:7:1";
    auto loaded = LoadedProgram::load(std::move(p));
    REQUIRE(loaded.ok());
    for (const auto& refused : {native_object(**loaded), object_header(**loaded)}) {
        REQUIRE(!refused.ok());
        CHECK(refused.error().find("mail.remit:7:1 matches a regular expression") != std::string::npos);
        CHECK(refused.error().find("libremit_vm") != std::string::npos);
    }
}
