// The formats that machines read: JSON, SARIF, JUnit XML.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/source/diagnostic_table.h"
#include "compiler/source/render.h"

namespace remit {

namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }
std::string_view severity_word(Severity s) { return s == Severity::Error ? "error" : "warning"; }

void put_place(Json& out, const Sources& sources, Span span) {
    if (span.file >= sources.size()) return;
    const SourceFile& file = sources.file(span.file);
    LineColumn at = file.locate(span.begin), end = file.locate(span.end);
    out["file"] = file.name();
    out["line"] = at.line;
    out["column"] = at.column;
    out["end_line"] = end.line;
    out["end_column"] = end.column;
}

Json sarif_location(const Sources& sources, Span span) {
    Json location = Json::object();
    if (span.file >= sources.size()) return location;
    const SourceFile& file = sources.file(span.file);
    LineColumn at = file.locate(span.begin), end = file.locate(span.end);
    location["physicalLocation"]["artifactLocation"]["uri"] = file.name();
    location["physicalLocation"]["region"] = {
        {"startLine", at.line}, {"startColumn", at.column}, {"endLine", end.line}, {"endColumn", end.column}};
    return location;
}

}  // namespace

std::string xml_text(std::string_view raw) {
    // The JSON writer already knows how to replace bytes that are not UTF-8.
    std::string text = Json::parse(Json(raw).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
    std::string out;
    for (char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\n')
            out += "&#10;";
        else if (static_cast<unsigned char>(c) < 0x20 && c != '\t')
            out += "\xEF\xBF\xBD";
        else
            out += c;
    }
    return out;
}

std::string render_json(const Sources& sources, const Diagnostics& diagnostics) {
    Json out = Json::array();
    for (const Diagnostic& d : diagnostics.sorted()) {
        Json one;
        one["code"] = code_of(d.id);
        one["name"] = name_of(d.id);
        one["severity"] = severity_word(d.severity);
        put_place(one, sources, d.span);
        one["message"] = d.message;
        one["help"] = d.help;
        one["notes"] = Json::array();
        for (const Note& n : d.notes) {
            Json note;
            put_place(note, sources, n.span);
            note["message"] = n.message;
            one["notes"].push_back(std::move(note));
        }
        out.push_back(std::move(one));
    }
    return dump(out);
}

std::string render_sarif(const Sources& sources, const Diagnostics& diagnostics) {
    Json results = Json::array(), rules = Json::array();
    std::map<DiagId, size_t> rule_index;
    for (const Diagnostic& d : diagnostics.sorted()) {
        auto [it, fresh] = rule_index.try_emplace(d.id, rules.size());
        if (fresh) {
            Json rule;
            rule["id"] = code_of(d.id);
            rule["name"] = name_of(d.id);
            rule["shortDescription"]["text"] = diagnostic_rows()[static_cast<size_t>(d.id)].message;
            rule["defaultConfiguration"]["level"] = severity_word(severity_of(d.id));
            rules.push_back(std::move(rule));
        }
        Json result;
        result["ruleId"] = code_of(d.id);
        result["ruleIndex"] = it->second;
        result["level"] = severity_word(d.severity);
        result["message"]["text"] = d.help.empty() ? d.message : d.message + "\nhelp: " + d.help;
        result["locations"] = Json::array({sarif_location(sources, d.span)});
        for (const Note& n : d.notes) {
            Json related = sarif_location(sources, n.span);
            related["message"]["text"] = n.message;
            result["relatedLocations"].push_back(std::move(related));
        }
        results.push_back(std::move(result));
    }
    Json driver;
    driver["name"] = "remit";
    driver["rules"] = std::move(rules);
    Json run;
    run["tool"]["driver"] = std::move(driver);
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = std::move(results);
    Json out;
    out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    out["version"] = "2.1.0";
    out["runs"] = Json::array({std::move(run)});
    return dump(out);
}

std::string render_junit(const Sources& sources, const Diagnostics& diagnostics) {
    std::map<FileId, std::vector<Diagnostic>> by_file;
    for (FileId f = 0; f < sources.size(); ++f) by_file[f];
    for (Diagnostic& d : diagnostics.sorted()) by_file[d.span.file].push_back(std::move(d));
    std::string cases;
    size_t failures = 0;
    for (const auto& [file, list] : by_file) {
        std::string body, warnings;
        bool failed = false;
        for (const Diagnostic& d : list) {
            std::string line = fmt::format("{}: {}[{}]: {}", sources.at(d.span), severity_word(d.severity),
                                           code_of(d.id), d.message);
            for (const Note& n : d.notes) line += fmt::format("\n{}: note: {}", sources.at(n.span), n.message);
            if (!d.help.empty()) line += "\nhelp: " + d.help;
            if (d.severity == Severity::Error) {
                failed = true;
                body += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", code_of(d.id),
                                    xml_text(d.message), xml_text(line));
            } else {
                warnings += xml_text(line + "\n");
            }
        }
        failures += failed ? 1 : 0;
        if (!warnings.empty()) body += fmt::format("      <system-out>{}</system-out>\n", warnings);
        std::string name = xml_text(file < sources.size() ? sources.file(file).name() : "?");
        cases += fmt::format("    <testcase classname=\"remit.check\" name=\"{}\">\n{}    </testcase>\n", name, body);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "  <testsuite name=\"remit check\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n</testsuites>\n",
        by_file.size(), failures, cases);
}

}  // namespace remit
