// The invocation graph and exports of records.
#include <stdlib.h>

#include <filesystem>

#include "host/evidence/review/export.h"
#include "host/evidence/review/graph.h"
#include "tests/catch.h"
#include "tests/evidence_review_packet/scenario.h"
#include "vm/engine/json.h"

namespace remit::evidence::testing {

namespace {

struct Folder {
    std::string path = (std::filesystem::temp_directory_path() / "remit-graph-XXXXXX").string();
    Folder() { REQUIRE(::mkdtemp(path.data()) != nullptr); }
    ~Folder() { std::filesystem::remove_all(path); }
};

struct Made : Folder, Scenario {
    Made() : Scenario(Folder::path + "/log") {}
};

CallGraph wide_and_deep(size_t calls) {
    CallGraph graph;
    graph.session = "s";
    for (size_t i = 0; i < calls; ++i) {
        GraphCall call;
        call.index = i;
        call.tool = "t";
        call.verdict = "allow";
        graph.calls.push_back(call);
        if (i == 0) {
            graph.roots.push_back(0);
        } else {
            graph.calls[i % 2 == 0 ? i - 1 : i - (i > 1 ? 2 : 1)].children.push_back(i);
        }
    }
    return graph;
}

bool has_control(const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

/// Elements that begin and end, quotes that close, and no `<` or `&` that means something else.
bool is_well_formed(const std::string& xml) {
    std::vector<std::string> open;
    for (size_t i = 0; i < xml.size(); ++i) {
        if (xml[i] == '&') {
            const size_t end = xml.find(';', i);
            const std::string name = xml.substr(i, end - i + 1);
            if (name != "&amp;" && name != "&lt;" && name != "&gt;" && name != "&quot;" && name != "&#39;")
                return false;
        }
        if (xml[i] != '<') continue;
        size_t end = i + 1;
        for (bool quoted = false; end < xml.size() && (quoted || xml[end] != '>'); ++end) {
            if (xml[end] == '"') quoted = !quoted;
            if (xml[end] == '<') return false;
        }
        const std::string tag = xml.substr(i + 1, end - i - 1);
        const std::string name = tag.substr(tag[0] == '/' ? 1 : 0,
                                            tag.find_first_of(" /", 1) - (tag[0] == '/' ? 1 : 0));
        if (tag[0] == '/') {
            if (open.empty() || open.back() != tag.substr(1)) return false;
            open.pop_back();
        } else if (tag.back() != '/') {
            open.push_back(name);
        }
        i = end;
    }
    return open.empty();
}

}  // namespace

TEST_CASE("the graph of a session") {
    Made made;
    const auto graph = graph_of(*made.reading, *made.find, "s-9");
    REQUIRE(graph.ok());
    REQUIRE(graph->calls.size() == 5);
    CHECK(graph->roots == std::vector<size_t>{0, 4});
    CHECK(graph->calls[0].children == std::vector<size_t>{1, 2});  // asked, then made
    CHECK(graph->calls[2].children == std::vector<size_t>{3});     // the letter came of the refund that was made
    CHECK(graph->calls[1].verdict == "ask");
    CHECK(graph->calls[1].status.empty());
    CHECK(graph->calls[2].status == "done");
    CHECK(graph->calls[2].duration_us == 12'400);
    CHECK(graph->calls[3].status == "in doubt");
    CHECK(graph->calls[4].orphan);
    const std::string text = graph_text(*graph);
    INFO(text);
    CHECK(text.find("\u251c\u2500 " + std::to_string(made.lookup) + " crm.lookup  allow, done\n") != std::string::npos);
    CHECK(text.find("\u2502  \u2514\u2500 " + std::to_string(made.refund) + " pay.refund  allow, done, 12.4 ms\n") !=
          std::string::npos);
    CHECK(text.find("\u2502     \u2514\u2500 " + std::to_string(made.letter) + " mail.send  allow, in doubt\n") !=
          std::string::npos);
    CHECK_FALSE(graph_of(*made.reading, *made.find, "s-10").ok());
}

TEST_CASE("hostile names draw nothing") {
    Made made;
    const auto graph = graph_of(*made.reading, *made.find, "s-9");
    REQUIRE(graph.ok());
    CHECK(graph->calls[4].call == kHostile);
    for (const std::string& drawn : {graph_text(*graph), graph_dot(*graph), graph_svg(*graph)}) {
        CHECK_FALSE(has_control(drawn));
        CHECK(drawn.find("\u202e") == std::string::npos);
    }
    const std::string svg = graph_svg(*graph);
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(is_well_formed(svg));
    CHECK_FALSE(is_well_formed("<a><b></a>"));
    // In DOT each quote within a text is escaped: outside of them nothing is left of the name.
    std::string outside;
    const std::string dot = graph_dot(*graph);
    for (size_t i = 0, quoted = 0; i < dot.size(); ++i) {
        if (quoted == 1 && dot[i] == '\\') {
            ++i;
        } else if (dot[i] == '"') {
            quoted ^= 1;
        } else if (quoted == 0) {
            outside += dot[i];
        }
    }
    CHECK(outside.find("evil") == std::string::npos);
    CHECK(std::count(outside.begin(), outside.end(), '>') == 3);  // edges
}

TEST_CASE("large graphs are drawn in bounded space") {
    const CallGraph graph = wide_and_deep(kMaxGraphCalls);
    CHECK(graph_text(graph).size() < 3'000'000);
    CHECK(graph_dot(graph).size() < 3'000'000);
    const std::string svg = graph_svg(graph);
    CHECK(svg.size() < 12'000'000);
    CHECK(is_well_formed(svg));
}

TEST_CASE("no two boxes of a drawing overlap, and callers stand to the left") {
    const std::string svg = graph_svg(wide_and_deep(200));
    std::set<std::string> places;
    size_t boxes = 0;
    for (size_t at = svg.find("<rect x="); at != std::string::npos; at = svg.find("<rect x=", at + 1), ++boxes)
        places.insert(svg.substr(at, svg.find(" width", at) - at));
    CHECK(boxes == 200);
    CHECK(places.size() == boxes);
}

TEST_CASE("exports are JSON, a record a line, with the record as it was written") {
    Made made;
    for (const char* name : {"jsonl", "cloudevents", "ocsf"}) {
        const auto form = export_form_named(name);
        REQUIRE(form.has_value());
        std::string all;
        const auto count = export_range(*made.reading, 0, UINT64_MAX, *form, [&](std::string_view lines) {
            all += lines;
            return true;
        });
        REQUIRE(count.ok());
        CHECK(*count == made.log->durable());
        CHECK(static_cast<uint64_t>(std::count(all.begin(), all.end(), '\n')) == *count);
        uint64_t index = 0;
        for (size_t at = 0; at < all.size(); ++index) {
            const std::string line = all.substr(at, all.find('\n', at) - at);
            at += line.size() + 1;
            Arena arena;
            JsonReader reader;
            const Json* json = reader.read(line, arena);
            REQUIRE(json != nullptr);
            std::string canonical;
            append_canonical_json(canonical, *json);
            CHECK(canonical == line);
            REQUIRE(made.reading->journal().seek(index).ok());
            const std::string entry((*made.reading->journal().next())->entry);
            if (*form == ExportForm::Ocsf) {
                CHECK(json->find("raw_data")->text == entry);
            } else {
                CHECK(line.find(entry) != std::string::npos);
            }
            if (*form == ExportForm::CloudEvents) {
                CHECK(json->find("specversion")->text == "1.0");
                CHECK(json->find("id")->text == "remit.example/gateway-1/" + std::to_string(index));
                CHECK(json->find("source")->text == "//remit.example/gateway-1");
            }
        }
    }
    CHECK_FALSE(export_form_named("parquet").has_value());
    const auto part = export_range(*made.reading, 2, 4, ExportForm::Lines, [](std::string_view) { return true; });
    CHECK((part.ok() && *part == 2));
    CHECK_FALSE(export_record(made.log->config(), 1, "no record", ExportForm::Lines).ok());
}

}  // namespace remit::evidence::testing
