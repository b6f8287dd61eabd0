#include "compiler/source/source_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace remit {

SourceFile::SourceFile(std::string name, std::string text) : name_(std::move(name)), text_(std::move(text)) {
    line_starts_.push_back(0);
    for (size_t i = text_.find('\n'); i != std::string::npos; i = text_.find('\n', i + 1))
        line_starts_.push_back(static_cast<uint32_t>(i + 1));
}

LineColumn SourceFile::locate(uint32_t offset) const {
    offset = static_cast<uint32_t>(std::min<size_t>(offset, text_.size()));
    auto after = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
    uint32_t start = *(after - 1);
    LineColumn at;
    at.line = static_cast<uint32_t>(after - line_starts_.begin());
    for (uint32_t i = start; i < offset; ++i) {
        // A continuation byte begins no code point; neither does a byte order mark, which editors do not count.
        if ((static_cast<unsigned char>(text_[i]) & 0xC0) != 0x80) ++at.column;
    }
    if (start == 0 && offset >= 3 && text_.compare(0, 3, "\xEF\xBB\xBF") == 0) --at.column;
    return at;
}

uint32_t SourceFile::line_at(uint32_t offset, uint32_t from) const {
    while (from < line_starts_.size() && line_starts_[from] <= offset) ++from;
    return from;
}

std::string_view SourceFile::line(uint32_t line) const {
    if (line == 0 || line > line_starts_.size()) return {};
    size_t begin = line_starts_[line - 1];
    size_t end = line < line_starts_.size() ? line_starts_[line] - 1 : text_.size();
    if (end > begin && text_[end - 1] == '\r') --end;
    return std::string_view(text_).substr(begin, end - begin);
}

FileId Sources::add(std::string name, std::string text) {
    files_.push_back(std::make_shared<SourceFile>(std::move(name), std::move(text)));
    return static_cast<FileId>(files_.size() - 1);
}

std::string Sources::at(Span span) const {
    if (span.file >= files_.size()) return "?";
    const LineColumn at = file(span.file).locate(span.begin);
    return fmt::format("{}:{}:{}", file(span.file).name(), at.line, at.column);
}

}  // namespace remit
