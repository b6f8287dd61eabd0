// Any bytes as an image: reading and verifying must refuse or give programs that can be run. The bytes are the payload; a header
// that fits is put before them, or no input but the right hash would ever get past it. (A whole image loses its own header
// first.) What is accepted runs on a frame of plain values and on one of errors for each tool, and decides a request.
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tests/fuzz/payload.h"
#include "tests/fuzz/trap.h"
#include "vm/engine/json.h"
#include "vm/engine/policy.h"
#include "vm/interpreter/interpreter.h"
#include "vm/program/disassemble.h"

namespace {

using namespace remit;
using fuzz::must;

constexpr size_t kMostTools = 8;

/// One value of every type of a program. Types refer to earlier ones only.
class Values {
public:
    explicit Values(const Program& program) {
        for (const TypeDesc& type : program.types) values_.push_back(value(program, type));
    }
    V operator[](TypeRef type) const { return values_[type]; }

private:
    V value(const Program& program, const TypeDesc& type) {
        switch (type.kind) {
            case Kind::Truth: return {kTrue, 0};
            case Kind::Int: return {0, 0};
            case Kind::Str:
            case Kind::Any: return ref(&text_);
            case Kind::Url: return ref(&url_);
            case Kind::Email: return ref(&email_);
            case Kind::Net: return ref(&net_);
            case Kind::List:
                return list(program.types[type.item].kind, values_.size() > type.item ? values_[type.item] : V{});
            case Kind::Record: return record(type);
        }
        return {};
    }
    V list(Kind kind, V item) {
        const auto& items = arrays_.emplace_back(2, item);
        return ref(&lists_.emplace_back(List{2, kind, items.data(), labels_}));
    }
    V record(const TypeDesc& type) {
        auto& fields = arrays_.emplace_back();
        for (const TypeRef field : type.fields) fields.push_back(values_[field]);
        return ref(&records_.emplace_back(Record{static_cast<uint32_t>(fields.size()), fields.data()}));
    }

    const Str text_{"a.example", 9, 0};
    const Url url_{text_, text_, text_, text_, 443};
    const Email email_{text_, text_, text_};
    const Net net_;
    const List sources_;
    const Label labels_[2] = {{0, 0, &sources_}, {0, 0, &sources_}};
    std::deque<std::vector<V>> arrays_;
    std::deque<List> lists_;
    std::deque<Record> records_;
    std::vector<V> values_;
};

void run_frames(const Program& program, const Kernel& kernel) {
    const Values values(program);
    std::vector<V> plain, errors;
    for (const SlotDesc& slot : program.slots) {
        const bool fixed = errors.size() < kSlotRoles + program.role_words();
        plain.push_back(values[slot.type]);
        errors.push_back(fixed ? plain.back() : error(Err::Absent));
    }
    std::vector<uint32_t> matched(program.rules.size() + 1);
    for (uint32_t tool = 0; tool < std::min(program.tools.size(), kMostTools); ++tool) {
        for (std::vector<V> frame : {plain, errors}) {
            Outcome out;
            out.matched = matched.data();
            kernel.decide(tool, frame.data(), out);
            must(out.matched_count <= program.rules.size(), "no more rules speak than there are");
        }
    }
}

std::string request_for(const std::string& tool) {
    std::string request =
        R"({"id":"f","session":{"id":"s","roles":["boss"],"tier":"prod","tenant":"t","owner":"o","scope":["*"],)"
        R"("retention":"r","expires":"2030-01-01T00:00:00Z","revoked":false},"call":{"id":"c","tool":)";
    append_json_string(request, tool);
    return request +
           R"(,"args":{"x":1,"n":"","path":"/a","customer":"c","order":"A-1","amount":"3.00","xs":[1,2]}},"facts":[],)"
           R"("state":{"version":1,"marks":{},"counts":{}},"context":{"time":"2026-01-01T00:00:00Z"},"signatures":[]})";
}

void run(std::vector<Program> programs) {
    std::vector<Layer> layers;
    std::vector<std::string> tools;
    for (const ToolDesc& tool : programs.front().tools)
        if (tools.size() < kMostTools) tools.push_back(tool.name);
    for (Program& program : programs) {
        (void)disassemble(program);
        auto loaded = LoadedProgram::load(std::move(program));
        if (!loaded) return;
        layers.push_back({*loaded, make_interpreter(*loaded)});
        run_frames((*loaded)->program(), *layers.back().kernel);
    }
    auto policy = Policy::make(std::move(layers));
    if (!policy) return;
    Decider decider(*policy);
    for (const std::string& tool : tools) {
        const std::string request = request_for(tool);
        (void)to_json(decider.decide(request), true);
        (void)decider.decide_stateful(request);
        (void)decider.decide_stateful(request);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)read_images(bytes);
    const std::string_view payload = fuzz::payload_of(bytes);
    auto programs = read_images(fuzz::sealed(payload));
    if (!programs) return 0;
    must(fuzz::payload_of(write_images(*programs)) == payload, "what was read is written the same");
    run(std::move(*programs));
    return 0;
}
