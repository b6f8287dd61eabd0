// A file that is parsed against an earlier version of itself, or in several threads, is parsed as if for the first time.
#include "compiler/syntax/parsed.h"
#include "tests/syntax/helpers.h"

using namespace remit;

namespace {

std::string reports_of(const Sources& sources, const Diagnostics& diagnostics) {
    std::string out;
    for (const Diagnostic& d : diagnostics.sorted()) out += sources.at(d.span) + " " + d.message + " " + d.help + "\n";
    return out;
}

/// Tree, places and reports as one text.
std::string all_of(const Sources& sources, const ParsedFile& file, const Diagnostics& diagnostics) {
    const ast::File ast = place(file);
    std::string out = print(ast);
    for (const ast::Decl& d : ast.decls) out += fmt::format("{}-{} ", d.span.begin, d.span.end);
    for (const ast::Expr& e : ast.exprs) out += fmt::format("{}-{} ", e.span.begin, e.span.end);
    return out + "\n" + reports_of(sources, diagnostics);
}

std::string first_time(const std::string& text, unsigned threads = 1) {
    Sources sources;
    sources.add("other", "");
    const FileId id = sources.add("t", text);
    Diagnostics diagnostics;
    const ParsedFile file = FileParser(false, threads).parse(sources.file(id), id, diagnostics);
    return all_of(sources, file, diagnostics);
}

/// Parses texts one after another, each against the one before.
class Versions {
public:
    std::string next(const std::string& text) {
        Sources sources;
        sources.add("other", "");
        const FileId id = sources.add("t", text);
        Diagnostics diagnostics;
        FileBefore before{text_, std::move(file_)};
        file_ = parser_.parse(sources.file(id), id, diagnostics, is_first_ ? nullptr : &before);
        is_first_ = false;
        text_ = text;
        return all_of(sources, file_, diagnostics);
    }

private:
    FileParser parser_{true, 1};
    ParsedFile file_;
    std::string text_;
    bool is_first_ = true;
};

std::string many_rules(size_t n) {
    std::string out = "policy a.b\n";
    for (size_t i = 0; i < n; ++i) {
        out += fmt::format(
            "block t{} when args.amount > {}.50 and (data >= internal or args.x in {{\"a\", \"b{}\"}})\n", i, i, i);
        if (i % 97 == 0) out += "block when\n";
        if (i % 101 == 0) out += "   stray\n// \xC3\xA9\n";
        if (i % 211 == 0) out += "risk r +1 for (\n";
    }
    return out;
}

}  // namespace

TEST_CASE("threads change neither trees nor reports") {
    const std::string text = many_rules(3000);
    const std::string alone = first_time(text);
    CHECK(alone.find("expected") != std::string::npos);
    CHECK(first_time(text, 2) == alone);
    CHECK(first_time(text, 7) == alone);
}

TEST_CASE("every text follows on every other") {
    const std::vector<std::string> texts = {"",
                                            "\n",
                                            "policy a.b\n",
                                            "policy a.b",
                                            "allow x to y\nblock z\n",
                                            "allow x to y\n  when a == 1\nblock z\n",
                                            "allow x to y\n// block z\n",
                                            "allow x to y\n/",
                                            "allow x to y\n)\nblock z\n",
                                            "allow x to y\nblock z when (a\n)\n",
                                            "\xEF\xBB\xBF"
                                            "allow x to y\nblock z\n",
                                            " allow x to y\nblock z\n",
                                            "allow x to y\r\nblock z\r\n",
                                            "allow x to y\nblock \"z\n",
                                            "allow x to y\nblock \"\xC3\xA9\"\n",
                                            "allow x to y\nblock \"\xC3\"\n",
                                            "block z\nallow x to y\n",
                                            "allow x to y\nallow x to y\nallow x to y\n",
                                            "allow x to y\nallow x to y\n",
                                            std::string("allow x to y\nblock z\0\n", 23)};
    Versions versions;
    for (const std::string& from : texts)
        for (const std::string& to : texts) {
            INFO(from);
            INFO(to);
            CHECK(versions.next(from) == first_time(from));
            CHECK(versions.next(to) == first_time(to));
        }
}

TEST_CASE("any byte put in or taken out anywhere") {
    const std::string text =
        "policy a.b\n// a remark\nallow x, y to z including write\n  when a == 1 and (b > 2)\n\ntool t(a: int)\n  "
        "read\nblock t\n";
    Versions versions;
    const std::string bytes = "\n (\")x/ \xC3,";
    for (size_t at = 0; at <= text.size(); ++at) {
        for (const char byte : bytes) {
            std::string changed = text;
            changed.insert(at, 1, byte);
            INFO(changed);
            CHECK(versions.next(text) == first_time(text));
            CHECK(versions.next(changed) == first_time(changed));
        }
        if (at == text.size()) break;
        std::string shorter = text;
        shorter.erase(at, 1);
        INFO(shorter);
        CHECK(versions.next(shorter) == first_time(shorter));
    }
}
