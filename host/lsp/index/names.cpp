#include "host/lsp/index/names.h"

#include <algorithm>

#include "host/lsp/index/cover.h"
#include "host/lsp/index/name_walk.h"

namespace remit::lsp {

namespace {

bool before(const Occurrence& a, const Occurrence& b) {
    if (a.span.file != b.span.file) return a.span.file < b.span.file;
    return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.what < b.what;
}

}  // namespace

Index::Index(const Model& model, const std::vector<ast::File>& files) {
    NameWalk walk(model, all_);
    for (const ast::File& file : files) walk.file(file);
    std::sort(all_.begin(), all_.end(), before);
}

std::pair<const Occurrence*, const Occurrence*> Index::in(FileId file) const {
    const auto first = std::partition_point(all_.begin(), all_.end(),
                                            [&](const auto& o) { return o.span.file < file; });
    const auto last = std::partition_point(first, all_.end(), [&](const auto& o) { return o.span.file <= file; });
    return {all_.data() + (first - all_.begin()), all_.data() + (last - all_.begin())};
}

std::vector<const Occurrence*> Index::at(FileId file, uint32_t offset) const {
    std::vector<const Occurrence*> out;
    const auto [first, last] = in(file);
    for (const Occurrence* o = first; o != last && o->span.begin <= offset; ++o)
        if (offset <= o->span.end) out.push_back(o);
    // Where two names touch (`a.b`), the one that begins here is meant; a shorter one lies in a longer one.
    const auto closer = [&](const Occurrence* a, const Occurrence* b) {
        if (a->span.begin != b->span.begin) return a->span.begin > b->span.begin;
        return a->span.end < b->span.end;
    };
    std::stable_sort(out.begin(), out.end(), closer);
    while (!out.empty() && !(out.back()->span == out.front()->span)) out.pop_back();
    return out;
}

std::vector<const Occurrence*> Index::of(const Named& what) const {
    std::vector<const Occurrence*> out;
    for (const Occurrence& o : all_)
        if (o.what == what) out.push_back(&o);
    return out;
}

Span last_word(const ast::Expr& member) {
    Span span = member.span;
    const auto size = static_cast<uint32_t>(member.text.size());
    if (size < span.end - span.begin) span.begin = span.end - size;
    return span;
}

}  // namespace remit::lsp
