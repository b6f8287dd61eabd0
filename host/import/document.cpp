#include "host/import/document.h"

#include <fmt/format.h>

#include "vm/value/scalar.h"

namespace remit {

namespace {

bool nests_too_deep(std::string_view text) {
    size_t depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted && c == '\\')
            ++i;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{') && ++depth > kMaxDocumentDepth)
            return true;
        else if (!quoted && (c == ']' || c == '}') && depth > 0)
            --depth;
    }
    return false;
}

}  // namespace

Result<Json> read_json(std::string_view text) {
    if (!is_utf8(text)) return Failure{"the text is not UTF-8"};
    if (nests_too_deep(text)) return Failure{fmt::format("the text nests deeper than {}", kMaxDocumentDepth)};
    try {
        return Json::parse(text);
    } catch (const Json::exception& wrong) {
        return Failure{fmt::format("not JSON that can be read: {}", wrong.what())};
    }
}

}  // namespace remit
