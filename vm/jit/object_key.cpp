#include "vm/jit/object_key.h"

#include <llvm/Config/llvm-config.h>

#include <cstring>

#include "vm/jit/bitcode_data.h"
#include "vm/value/sha256.h"

namespace remit::jit {
namespace {

/// Changes when the emitters do in a way that nothing else here shows.
constexpr uint32_t kCodeVersion = 2;

class Bytes {
public:
    template <class T>
    Bytes& operator<<(T value) {
        text_.append(reinterpret_cast<const char*>(&value), sizeof value);
        return *this;
    }
    Bytes& operator<<(const std::string& text) {
        *this << text.size();
        text_ += text;
        return *this;
    }
    const std::string& text() const { return text_; }

private:
    std::string text_;
};

void add(Bytes& to, const Field& f) { to << f.constant << (f.constant ? f.value : 0) << f.offset; }

void add(Bytes& to, const ProbeCode& p) {
    to << p.phase << p.cell_bytes << p.role_sets << p.runs << p.items << p.shared << p.optional << p.table_offset
       << p.roles_offset << p.id_offset << p.dims.size();
    for (const Field& f : {p.cells, p.leaves}) add(to, f);
    for (const DimCode& d : p.dims) {
        to << d.kind << d.slot << d.session << d.data_offset;
        for (const Field& f : {d.data, d.base, d.span, d.top, d.stride}) add(to, f);
    }
}

void add(Bytes& to, const JudgeCode& code) {
    to << code.straight << code.tools << code.role_words << code.columns << code.record_bytes << code.shared_bytes
       << code.probes.size();
    for (const ProbeCode& p : code.probes) add(to, p);
}

void add(Bytes& to, const Program& program, uint32_t shape) {
    if (shape == kNoShape) {
        to << shape;
        return;
    }
    const Shape& s = program.shapes[shape];
    to << (s.end - s.begin) << s.registers << s.params.size();
    for (uint32_t i = s.begin; i < s.end; ++i) {
        const Instr& instr = program.code[i];
        // Loops name their end by its place in the program.
        const bool loops = instr.op >= Op::ForAny && instr.op <= Op::ForSum;
        to << instr.op << instr.dst << instr.a << instr.b << (loops ? instr.imm - s.begin : instr.imm);
    }
}

const std::string& bitcode_digest() {
    static const std::string digest = hex(sha256(ops_bitcode()));
    return digest;
}

}  // namespace

std::string object_key(const Program& program, const Plan& plan, const ModulePart& part, const std::string& machine,
                       int opt_level) {
    Bytes bytes;
    bytes << kCodeVersion << std::string(LLVM_VERSION_STRING) << machine << opt_level << bitcode_digest() << part.begin
          << part.end;
    const size_t judges = plan.judge_functions();
    if (part.begin < judges) add(bytes, plan.judge.code);
    for (size_t i = std::max(part.begin, judges); i < part.end; ++i) {
        const SegmentCode& code = plan.segments[i - judges];
        bytes << segment_symbol(plan, i - judges) << code.action << code.must;
        add(bytes, program, code.shape);
        add(bytes, program, code.value_shape);
    }
    return hex(sha256(bytes.text()));
}

std::string sealed(const std::string& key, std::string_view object) {
    std::string text = key;
    text += object;
    std::string out = hex(sha256(text));
    out += object;
    return out;
}

std::optional<std::string_view> unsealed(const std::string& key, std::string_view stored) {
    constexpr size_t kDigits = 64;
    if (stored.size() <= kDigits) return std::nullopt;
    const std::string_view object = stored.substr(kDigits);
    if (sealed(key, object).compare(0, kDigits, stored, 0, kDigits) != 0) return std::nullopt;
    return object;
}

}  // namespace remit::jit
