// Any bytes as a policy file, and as a line of the REPL: the parser must answer with an Ast and diagnostics, and its printer must
// print what it made.
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/source/diagnostic.h"
#include "compiler/source/source_file.h"
#include "compiler/syntax/parse.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    remit::Sources sources;
    remit::Diagnostics diagnostics;
    const remit::FileId file = sources.add("fuzz.remit", text);
    const remit::ast::File ast = remit::parse_file(sources, file, diagnostics);
    for (const remit::Diagnostic& d : diagnostics.sorted()) {
        if (d.span.begin > d.span.end || d.span.end > size) __builtin_trap();  // a place outside the file
    }
    if (remit::print(ast).empty() != ast.decls.empty()) __builtin_trap();
    remit::Diagnostics of_call;
    remit::ast::TestCall call;
    const bool read = remit::parse_call(sources, file, of_call, call).has_value();
    if (read == of_call.has_errors()) __builtin_trap();  // an answer or a reason, and never both
    return 0;
}
