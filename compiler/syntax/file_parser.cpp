// A file's declarations: cut by the layout, looked up by their texts, and what is new parsed, in several threads if it is much.
#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <unordered_map>

#include "compiler/syntax/declaration_parser.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/parsed.h"
#include "vm/program/limits.h"

namespace remit {

namespace {

/// Fewer declarations than this are parsed before a thread has started.
constexpr size_t kDeclsOfThread = 200;
/// Declarations that a thread takes at a time.
constexpr size_t kDeclsOfBatch = 32;

/// A declaration that has to be parsed, and where it goes.
struct Open {
    std::string_view text;
    size_t at = 0;
};

DeclSort sort_of(const PlacedDecl& decl) {
    if (decl.body() == nullptr) return DeclSort::Broken;
    if (decl.as<ast::Test>()) return DeclSort::Test;
    const auto* rule = decl.as<ast::Rule>();
    if (rule == nullptr) return DeclSort::Schema;
    if (rule->after) return DeclSort::After;
    return ast::defines_state(*rule) ? DeclSort::State : DeclSort::Rule;
}

}  // namespace

struct FileParser::Impl {
    bool keep = false;
    unsigned threads = 1;
    syntax::DeclarationParser parser;
    std::unordered_map<std::string_view, std::shared_ptr<const ParsedDecl>> known;  // keys lie in the declarations

    std::shared_ptr<const ParsedDecl> parse_one(syntax::DeclarationParser& with, std::string_view text) const {
        auto parsed = std::make_shared<ParsedDecl>(with.declaration(text));
        if (keep) parsed->text = text;
        return parsed;
    }

    void parse(const std::vector<Open>& open, std::vector<PlacedDecl>& out) {
        std::atomic<size_t> next = 0;
        const auto work = [&](syntax::DeclarationParser& with) {
            for (size_t from; (from = next.fetch_add(kDeclsOfBatch)) < open.size();)
                for (size_t i = from; i < std::min(from + kDeclsOfBatch, open.size()); ++i)
                    out[open[i].at].parsed = parse_one(with, open[i].text);
        };
        std::vector<std::thread> helpers;
        try {
            for (size_t t = 1; t < threads && t * kDeclsOfThread < open.size(); ++t)
                helpers.emplace_back([&] {
                    syntax::DeclarationParser own;
                    work(own);
                });
        } catch (const std::system_error&) {  // no more threads to be had: those that run do all of it
        }
        work(parser);
        for (std::thread& helper : helpers) helper.join();
    }
};

FileParser::FileParser(bool keep, unsigned threads) : impl_(std::make_unique<Impl>()) {
    impl_->keep = keep;
    impl_->threads = threads > 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
}
FileParser::~FileParser() = default;

ParsedFile FileParser::parse(const SourceFile& source, FileId file, Diagnostics& diagnostics, FileBefore* before) {
    ParsedFile out;
    out.file = file;
    std::optional<Cut> cut;
    if (before && before->parsed.cut.clean) {
        const CutBefore known{before->text, before->parsed.cut.pieces};
        cut = cut_declarations(source, file, diagnostics, &known);
    } else {
        cut = cut_declarations(source, file, diagnostics);
    }
    if (!cut) {
        out.cut.clean = false;
        return out;
    }
    const size_t back = cut->pieces.size() - cut->same_back;
    const size_t old_back = before ? before->parsed.decls.size() - cut->same_back : 0;
    out.decls.reserve(cut->pieces.size());
    std::vector<Open> open;
    for (size_t i = 0; i < cut->pieces.size(); ++i) {
        const Piece& piece = cut->pieces[i];
        if (!piece.sound) continue;
        if (i < cut->same_front || i >= back) {
            out.decls.push_back(std::move(before->parsed.decls[i < back ? i : old_back + i - back]));
            out.decls.back().begin = piece.begin;
        } else {
            PlacedDecl& decl = out.decls.emplace_back();
            decl.begin = piece.begin;
            const std::string_view text = source.text().substr(piece.begin, piece.end - piece.begin);
            if (const auto it = impl_->known.find(text); it != impl_->known.end()) {
                decl.parsed = it->second;
                decl.sort = sort_of(decl);
            } else {
                open.push_back({text, out.decls.size() - 1});
            }
        }
    }
    out.cut = std::move(*cut);
    impl_->parse(open, out.decls);
    for (const Open& o : open) {
        PlacedDecl& decl = out.decls[o.at];
        decl.sort = sort_of(decl);
        if (impl_->keep) impl_->known.emplace(decl.parsed->text, decl.parsed);
    }
    for (const PlacedDecl& d : out.decls)
        if (d.sort == DeclSort::Broken && !d.parsed->problems.empty())
            diagnostics.append(d.parsed->problems, file, d.begin);
    return out;
}

void FileParser::trim() {
    if (impl_->known.size() <= limits::kMaxKeptDecls) return;
    std::erase_if(impl_->known, [](const auto& entry) { return entry.second.use_count() == 1; });
    if (impl_->known.size() > limits::kMaxKeptDecls) impl_->known.clear();
}

size_t FileParser::kept() const { return impl_->known.size(); }

}  // namespace remit
