// object_header: the C declaration of an object file's function, with a name for every number that it takes.
#include <algorithm>
#include <set>

#include "vm/jit/jit.h"
#include "vm/jit/object_plan.h"

namespace remit {
namespace {

/// What the headers of all objects have in common.
constexpr const char* kTypes = R"(#ifndef REMIT_OBJECT_TYPES
#define REMIT_OBJECT_TYPES

/* What a decision is made from, one for each number below POLICY_SLOTS; only those that are named are read. */
typedef struct remit_slot {
    int64_t bits;  /* a number, or the address of a remit_slot_text */
    int64_t error; /* 0: there is a value; else one of REMIT_SLOT_* */
} remit_slot;
typedef struct remit_slot_text {
    const char *data;
    uint32_t size, reserved;
} remit_slot_text;

/* Why there is no value. Rules that permit do not hold then, those that forbid may. */
enum {
    REMIT_SLOT_ABSENT = 1,
    REMIT_SLOT_NULL,
    REMIT_SLOT_MISSING_FACT,
    REMIT_SLOT_STALE_FACT,
    REMIT_SLOT_MISSING_STATE,
    REMIT_SLOT_OVERFLOW,
    REMIT_SLOT_BAD_VALUE
};

typedef struct remit_answer {
    int64_t risk;
    uint32_t lane;
    uint32_t effects;    /* not 0: rules give more than the verdict: who signs, limits, what is recorded, ... */
    uint8_t version[32]; /* of the policy, as `remit hash` prints it */
} remit_answer;

static inline remit_slot remit_slot_number(int64_t value) {
    remit_slot slot;
    slot.bits = value;
    slot.error = 0;
    return slot;
}
/* The text must live as long as the slot is used. */
static inline remit_slot remit_slot_of_text(const remit_slot_text *text) {
    remit_slot slot;
    slot.bits = (int64_t)(intptr_t)text;
    slot.error = 0;
    return slot;
}
static inline remit_slot remit_slot_without(int64_t why) {
    remit_slot slot;
    slot.bits = 0;
    slot.error = why;
    return slot;
}

#endif
)";

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

/// In a comment of C: names of slots may hold texts of the policy.
std::string remark(const std::string& text) {
    std::string out;
    for (const char c : text) out += c < ' ' || c > '~' || c == '\\' || c == '*' ? '.' : c;
    return out;
}

class HeaderWriter {
public:
    HeaderWriter(const Program& program, const jit::ObjectPlan& plan)
        : program_(program), plan_(plan), prefix_(upper(plan.name)) {}

    std::string write() {
        const std::string guard = "REMIT_OBJECT_" + prefix_ + "_H";
        out_ =
            "/* Policy " + remark(program_.name) + ", version " + to_text(program_.hash) +
            ".\n   Made by `remit build --emit header`; the function is in the object of `--emit obj`. */\n#ifndef " +
            guard + "\n#define " + guard + "\n\n#include <stdint.h>\n\n" + kTypes + "\n";
        tools();
        slots();
        roles();
        for (const Vocabulary& v : program_.vocabularies)
            for (size_t i = 0; i < v.symbols.size(); ++i) define(v.name + "_" + v.symbols[i], std::to_string(i), "");
        out_ +=
            "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
            "/* 0 allow, 1 ask, 2 deny. Writes risk, lane and the slots of marks and counts; reads nothing that is "
            "not\n"
            "   named here, keeps nothing, and may be called by any number of threads. Arguments are taken as they "
            "are:\n"
            "   checking them, sessions that expire and signatures are the caller's. */\n"
            "uint32_t " +
            plan_.symbol +
            "(uint32_t tool, remit_slot *slots, remit_answer *answer);\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
        return std::move(out_);
    }

private:
    void tools() {
        define("tools", std::to_string(program_.callable().size()), "");
        for (size_t i = 0; i < program_.callable().size(); ++i)
            define("tool_" + program_.tools[i].name, std::to_string(i), program_.tools[i].name);
        out_ += "\n";
    }
    void slots() {
        define("slots", std::to_string(program_.slots.size()), "");
        for (const uint32_t s : plan_.reads) {
            const bool role = s >= kSlotRoles && s < kSlotRoles + program_.role_words();
            const std::string name = role ? "roles" + (s == kSlotRoles ? "" : std::to_string(s - kSlotRoles))
                                          : program_.slots[s].name;
            const bool written = std::find(plan_.writes.begin(), plan_.writes.end(), s) != plan_.writes.end();
            const bool text = program_.types[program_.slots[s].type].kind == Kind::Str;
            define("slot_" + name, std::to_string(s),
                   (role ? "roles" : program_.slots[s].name) +
                       (role   ? ": masks of all that the session has, joined by |"
                        : text ? ": text"
                               : ": number") +
                       (written ? "; written" : ""));
        }
        out_ += "\n";
    }
    void roles() {
        for (size_t r = 0; r < program_.roles.size(); ++r)
            for (uint32_t w = 0; w < program_.role_words(); ++w)
                define("role_" + program_.roles[r] + (w == 0 ? "" : "_" + std::to_string(w)),
                       "INT64_C(" + std::to_string(static_cast<int64_t>(program_.role_closure[r][w])) + ")",
                       w == 0 ? program_.roles[r] : "");
        out_ += "\n";
    }
    /// Names that become the same as identifiers are told apart by the number.
    void define(const std::string& name, const std::string& value, const std::string& comment) {
        std::string full = prefix_ + "_" + upper(jit::identifier(name));
        if (!known_.insert(full).second) full += "_" + std::to_string(known_.size());
        known_.insert(full);
        out_ += "#define " + full + " " + value + (comment.empty() ? "" : " /* " + remark(comment) + " */") + "\n";
    }

    const Program& program_;
    const jit::ObjectPlan& plan_;
    const std::string prefix_;
    std::set<std::string> known_;
    std::string out_;
};

}  // namespace

Result<std::string> object_header(const LoadedProgram& program) {
    const auto plan = jit::plan_object(program);
    if (!plan) return Failure{plan.error()};
    return HeaderWriter(program.program(), *plan).write();
}

}  // namespace remit
