#include "vm/index/loaded.h"

#include <deque>

#include "vm/ops/regex.h"
#include "vm/program/verify.h"
#include "vm/value/scalar.h"

namespace remit {

/// What constants point to. Deques, because their elements stay where they are.
struct LoadedProgram::Storage {
    std::deque<std::string> texts;
    std::deque<Str> strs;
    std::deque<Url> urls;
    std::deque<Email> emails;
    std::deque<Net> nets;
    std::deque<std::vector<V>> items;
    std::deque<List> lists;
    std::vector<std::unique_ptr<CompiledRegex>> regexes;

    static Str view_of(const std::string& text) { return {text.data(), static_cast<uint32_t>(text.size()), 0}; }
    Str own(std::string text) { return view_of(texts.emplace_back(std::move(text))); }

    V url(const std::string& text) {
        auto parts = parse_url(text);
        if (!parts) return error(Err::BadValue);
        Url url{own(std::move(parts->text)), own(std::move(parts->scheme)), own(std::move(parts->host)),
                own(std::move(parts->path)), parts->port};
        return ref(&urls.emplace_back(url));
    }
    V email(const std::string& text) {
        auto parts = parse_email(text);
        if (!parts) return error(Err::BadValue);
        Email email{own(std::move(parts->text)), own(std::move(parts->local)), own(std::move(parts->domain))};
        return ref(&emails.emplace_back(email));
    }
    V net(const std::string& text) {
        const auto ip = parse_ip(text);
        const auto parsed = ip ? ip : parse_cidr(text);
        return parsed ? ref(&nets.emplace_back(*parsed)) : error(Err::BadValue);
    }
    V list(const Program& program, const Constant& constant) {
        std::vector<V>& values = items.emplace_back();
        values.reserve(constant.items.size());
        for (const Constant& item : constant.items) values.push_back(value(program, item));
        List list;
        list.size = static_cast<uint32_t>(values.size());
        list.item_kind = program.types[program.types[constant.type].item].kind;
        list.items = values.data();
        return ref(&lists.emplace_back(list));
    }
    /// `constant` belongs to the loaded program, so its text may be referred to.
    V value(const Program& program, const Constant& constant) {
        switch (program.types[constant.type].kind) {
            case Kind::Truth:
            case Kind::Int: return {constant.number, 0};
            case Kind::Str:
            case Kind::Any: return ref(&strs.emplace_back(view_of(constant.text)));
            case Kind::Url: return url(constant.text);
            case Kind::Email: return email(constant.text);
            case Kind::Net: return net(constant.text);
            case Kind::List: return list(program, constant);
            case Kind::Record: break;
        }
        return error(Err::BadValue);
    }
};

namespace {

/// For each constant whether some row uses it as a regular expression.
std::vector<bool> pattern_constants(const Program& p) {
    std::vector<bool> used(p.constants.size(), false);
    std::vector<std::vector<bool>> by_shape;
    for (const Shape& shape : p.shapes) by_shape.push_back(pattern_params(p, shape));
    for (const Segment& segment : p.segments) {
        if (segment.row_begin == segment.row_end) continue;
        std::vector<bool> patterns = by_shape[segment.shape];
        if (segment.value_shape != kNoShape) {
            const auto& more = by_shape[segment.value_shape];
            patterns.insert(patterns.end(), more.begin(), more.end());
        }
        for (size_t k = 0; k < patterns.size(); ++k) {
            if (!patterns[k]) continue;
            for (uint32_t r = segment.row_begin; r < segment.row_end; ++r) used[p.params[p.rows[r].params + k]] = true;
        }
    }
    return used;
}

}  // namespace

LoadedProgram::LoadedProgram(Program program) : program_(std::move(program)), storage_(std::make_unique<Storage>()) {
    const std::vector<bool> patterns = pattern_constants(program_);
    constants_.reserve(program_.constants.size());
    for (size_t i = 0; i < program_.constants.size(); ++i) {
        const Constant& constant = program_.constants[i];
        auto regex = patterns[i] ? compile_regex(constant.text) : nullptr;
        if (regex == nullptr) {
            constants_.push_back(storage_->value(program_, constant));
            continue;
        }
        // A compiled expression is still its text for every other operation.
        constants_.push_back(ref(&regex->text));
        storage_->regexes.push_back(std::move(regex));
    }
    params_.reserve(program_.params.size());
    for (const uint32_t constant : program_.params) params_.push_back(constants_[constant]);
    index_ = Index::build(program_, params_);
}

LoadedProgram::~LoadedProgram() = default;

Result<std::shared_ptr<const LoadedProgram>> LoadedProgram::load(Program program) {
    if (auto problem = verify(program)) return Failure{"not a sound program: " + *problem};
    return std::shared_ptr<const LoadedProgram>(new LoadedProgram(std::move(program)));
}

}  // namespace remit
