// JSON and JUnit XML, and the choice among the formats that machines read.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "compiler/source/render.h"

namespace remit {

namespace {

using Json = nlohmann::ordered_json;

void put_region(Json& out, const Region& at) {
    out["file"] = at.file;
    out["line"] = at.begin.line;
    out["column"] = at.begin.column;
    out["end_line"] = at.end.line;
    out["end_column"] = at.end.column;
}

std::string_view name_of_rule(const Findings& findings, const std::string& id) {
    for (const FindingRule& rule : findings.rules) {
        if (rule.id == id) return rule.name;
    }
    return "";
}

Json finding_json(const Finding& f, const Findings& findings) {
    Json out;
    out["code"] = f.rule;
    out["name"] = name_of_rule(findings, f.rule);
    out["severity"] = word_of(f.level);
    if (f.at) put_region(out, *f.at);
    out["message"] = f.message;
    out["help"] = f.help;
    if (f.instead) out["instead"] = *f.instead;
    out["notes"] = Json::array();
    for (const auto& [at, text] : f.notes) {
        Json note;
        put_region(note, at);
        note["message"] = text;
        out["notes"].push_back(std::move(note));
    }
    for (const auto& [name, text] : f.properties) {
        Json value = Json::parse(text, nullptr, false);
        if (!value.is_discarded()) out[name] = std::move(value);
    }
    return out;
}

std::string said(const Region& at) { return fmt::format("{}:{}:{}", at.file, at.begin.line, at.begin.column); }

/// What people read about a finding: its place, its text, its notes, its help.
std::string plain_text(const Finding& f) {
    std::string out = f.at ? said(*f.at) + ": " : "";
    out += fmt::format("{}[{}]: {}", word_of(f.level), f.rule, f.message);
    for (const auto& [at, text] : f.notes) out += fmt::format("\n{}: note: {}", said(at), text);
    return f.help.empty() ? out : out + "\nhelp: " + f.help;
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

std::string render_json(const Findings& findings) {
    Json out = Json::array();
    for (const Finding& f : findings.list) out.push_back(finding_json(f, findings));
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_junit(const Findings& findings) {
    std::map<std::string, std::string> failed, others;  // by file
    for (const std::string& file : findings.files) others[file];
    for (const Finding& f : findings.list) {
        const std::string file = f.at ? f.at->file : findings.files.empty() ? "?" : findings.files.front();
        others[file];
        if (f.level == Level::Error)
            failed[file] += fmt::format("      <failure type=\"{}\" message=\"{}\">{}</failure>\n", xml_text(f.rule),
                                        xml_text(f.message), xml_text(plain_text(f)));
        else
            others[file] += xml_text(plain_text(f) + "\n");
    }
    std::string cases;
    for (const auto& [file, text] : others) {
        const auto failure = failed.find(file);
        std::string body = failure == failed.end() ? "" : failure->second;
        if (!text.empty()) body += fmt::format("      <system-out>{}</system-out>\n", text);
        cases += fmt::format("    <testcase classname=\"remit.{}\" name=\"{}\">\n{}    </testcase>\n",
                             xml_text(findings.verb), xml_text(file), body);
    }
    return fmt::format(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
        "  <testsuite name=\"remit {}\" tests=\"{}\" failures=\"{}\">\n{}  </testsuite>\n</testsuites>\n",
        xml_text(findings.verb), others.size(), failed.size(), cases);
}

std::string render_plain(const Findings& findings) {
    std::string out;
    for (const Finding& f : findings.list) out += plain_text(f) + "\n";
    return out;
}

std::string render(RenderFormat format, const Findings& findings) {
    switch (format) {
        case RenderFormat::Human: return render_plain(findings);
        case RenderFormat::Json: return render_json(findings);
        case RenderFormat::Sarif: return render_sarif(findings);
        case RenderFormat::Junit: return render_junit(findings);
        case RenderFormat::Github: return render_github(findings);
    }
    return {};
}

std::string render_json(const Sources& sources, const Diagnostics& diagnostics) {
    return render_json(findings_of(sources, diagnostics));
}

std::string render_junit(const Sources& sources, const Diagnostics& diagnostics) {
    return render_junit(findings_of(sources, diagnostics));
}

}  // namespace remit
