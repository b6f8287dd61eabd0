// Files as lists of declarations, each parsed by itself and kept by its text: a file that is parsed again costs what has changed in it.
// A kept declaration knows nothing of where it stands; `place` gives it a file and an offset.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/layout.h"

namespace remit {

/// One declaration, immutable once parsed. Spans count from its first byte, in file 0.
struct ParsedDecl {
    ast::File ast;                     // the declaration, or none if it has errors
    std::vector<Diagnostic> problems;  // in the order of discovery
    std::string text;                  // what it was parsed from; only kept by a FileParser that keeps
};

/// What a change of a declaration touches: all rules, or itself.
enum class DeclSort : uint8_t {
    Broken,  // it has errors
    Schema,  // what rules refer to, and what a policy is made of
    State,   // marks and counts, which other rules may read
    Rule,
    After,  // a rule about results: whether there is one matters to all
    Test,
};

/// A declaration in its place.
struct PlacedDecl {
    uint32_t begin = 0;  // offset in the file
    DeclSort sort = DeclSort::Broken;
    std::shared_ptr<const ParsedDecl> parsed;

    /// Null for one with errors.
    const ast::DeclBody* body() const { return parsed->ast.decls.empty() ? nullptr : &parsed->ast.decls[0].body; }
    template <class T>
    const T* as() const {
        return body() ? std::get_if<T>(body()) : nullptr;
    }
};

struct ParsedFile {
    FileId file = 0;
    std::vector<PlacedDecl> decls;  // in the order of the text
    Cut cut;                        // if it is clean, decls and cut.pieces go side by side
};

/// An earlier version of a file. It only makes things faster, and is used up.
struct FileBefore {
    std::string_view text;
    ParsedFile parsed;
};

/// Parses files, many declarations in several threads. Results and diagnostics do not depend on the threads.
class FileParser {
public:
    /// `keep`: remember declarations from one file to the next, at most limits::kMaxKeptDecls of them.
    explicit FileParser(bool keep, unsigned threads = 0);  // 0: as many as the machine has
    ~FileParser();
    FileParser(const FileParser&) = delete;
    FileParser& operator=(const FileParser&) = delete;

    /// Bounded by limits.h, never throws.
    ParsedFile parse(const SourceFile& source, FileId file, Diagnostics& diagnostics, FileBefore* before = nullptr);
    /// Forgets what nobody else holds, if more is kept than the limit allows.
    void trim();
    size_t kept() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// `span` of a declaration at `begin` of `file`.
inline Span placed(Span span, FileId file, uint32_t begin) { return {file, span.begin + begin, span.end + begin}; }
/// A file of this one declaration (none, if it has errors) with all spans in place.
ast::File place(const PlacedDecl& decl, FileId file);
/// The whole file.
ast::File place(const ParsedFile& file);
/// `call`, which was parsed with `ast`, and `ast` itself.
void place(ast::File& ast, ast::TestCall& call, FileId file, uint32_t begin);

}  // namespace remit
