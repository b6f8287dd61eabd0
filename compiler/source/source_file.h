// The texts of a compilation: bytes, names, and where lines begin. Reading files is the host's business: it hands in a loader.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/span.h"

namespace remit {

struct LineColumn {
    uint32_t line = 1;    // from 1
    uint32_t column = 1;  // from 1, in code points
};

class SourceFile {
public:
    SourceFile(std::string name, std::string text);
    const std::string& name() const { return name_; }
    std::string_view text() const { return text_; }
    LineColumn locate(uint32_t offset) const;
    /// The line (from 1) that `offset` lies in; `from` is a line at or before it. For many offsets in their order.
    uint32_t line_at(uint32_t offset, uint32_t from) const;
    /// Offset of the first byte of `line`.
    uint32_t line_start(uint32_t line) const { return line_starts_[line - 1]; }
    /// The line (from 1) without its end.
    std::string_view line(uint32_t line) const;

private:
    std::string name_, text_;
    std::vector<uint32_t> line_starts_;
};

class Sources {
public:
    FileId add(std::string name, std::string text);
    const SourceFile& file(FileId id) const { return *files_[id]; }
    std::shared_ptr<const SourceFile> share(FileId id) const { return files_[id]; }
    size_t size() const { return files_.size(); }
    /// "file:line:column" of a span's first byte.
    std::string at(Span span) const;

private:
    std::vector<std::shared_ptr<const SourceFile>> files_;  // copies share the texts
};

/// Reads `use "path"` for the compiler: given a normalised path, the text, or nothing with `error` set.
using Loader = std::function<std::optional<std::string>(const std::string& path, std::string& error)>;

}  // namespace remit
