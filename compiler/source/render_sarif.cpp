// SARIF 2.1.0 (OASIS), as code scanning services read it.
#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>

#include "compiler/source/render.h"

namespace remit {

namespace {

using Json = nlohmann::ordered_json;

/// A file's name as a URI reference: what RFC 3986 does not allow in a path is escaped.
std::string uri_of(std::string_view file) {
    std::string out = file.starts_with('/') ? "file://" : "";
    for (const char c : file) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Json region_json(const Region& at) {
    return {{"startLine", at.begin.line},
            {"startColumn", at.begin.column},
            {"endLine", at.end.line},
            {"endColumn", at.end.column}};
}

Json location(const Region& at) {
    Json out;
    out["physicalLocation"]["artifactLocation"]["uri"] = uri_of(at.file);
    out["physicalLocation"]["region"] = region_json(at);
    return out;
}

void put_properties(Json& out, const std::vector<std::pair<std::string, std::string>>& properties) {
    for (const auto& [name, text] : properties) {
        Json value = Json::parse(text, nullptr, false);
        if (!value.is_discarded()) out["properties"][name] = std::move(value);
    }
}

Json rule_json(const FindingRule& rule) {
    Json out;
    out["id"] = rule.id;
    if (!rule.name.empty()) out["name"] = rule.name;
    out["shortDescription"]["text"] = rule.about;
    if (!rule.help.empty()) out["help"]["text"] = rule.help;
    out["defaultConfiguration"]["level"] = word_of(rule.level);
    return out;
}

/// FNV-1a over the rule and the line's text without its spaces.
uint64_t line_hash(const Finding& f) {
    uint64_t hash = 0xcbf29ce484222325u;
    const auto take = [&](std::string_view text) {
        for (const char c : text) {
            if (c == ' ' || c == '\t' || c == '\r') continue;
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
        }
    };
    take(f.rule);
    take("\n");
    take(f.line.empty() ? f.message : f.line);
    return hash;
}

/// The repair as SARIF has it: a replacement of the finding's own region.
Json fix_json(const Finding& f) {
    Json replacement;
    replacement["deletedRegion"] = region_json(*f.at);
    replacement["insertedContent"]["text"] = *f.instead;
    Json change;
    change["artifactLocation"]["uri"] = uri_of(f.at->file);
    change["replacements"] = Json::array({std::move(replacement)});
    Json fix;
    fix["description"]["text"] = f.help.empty() ? fmt::format("write `{}`", *f.instead) : f.help;
    fix["artifactChanges"] = Json::array({std::move(change)});
    return fix;
}

Json result_json(const Finding& f, const Findings& findings, std::map<uint64_t, size_t>& seen) {
    Json out;
    out["ruleId"] = f.rule;
    for (size_t i = 0; i < findings.rules.size(); ++i) {
        if (findings.rules[i].id == f.rule) out["ruleIndex"] = i;
    }
    out["level"] = word_of(f.level);
    out["message"]["text"] = f.help.empty() ? f.message : f.message + "\nhelp: " + f.help;
    out["locations"] = Json::array();
    if (f.at) out["locations"].push_back(location(*f.at));
    for (const auto& [at, text] : f.notes) {
        Json related = location(at);
        related["message"]["text"] = text;
        out["relatedLocations"].push_back(std::move(related));
    }
    const uint64_t hash = line_hash(f);
    out["partialFingerprints"]["remitLine/v1"] = fmt::format("{:016x}:{}", hash, ++seen[hash]);
    if (f.at && f.instead) out["fixes"] = Json::array({fix_json(f)});
    put_properties(out, f.properties);
    return out;
}

}  // namespace

std::string render_sarif(const Findings& findings) {
    Json run;
    run["tool"]["driver"] = {{"name", "remit"}, {"rules", Json::array()}};
    for (const FindingRule& rule : findings.rules) run["tool"]["driver"]["rules"].push_back(rule_json(rule));
    run["automationDetails"]["id"] = "remit/" + findings.verb + "/";
    run["columnKind"] = "unicodeCodePoints";
    run["results"] = Json::array();
    std::map<uint64_t, size_t> seen;
    for (const Finding& f : findings.list) run["results"].push_back(result_json(f, findings, seen));
    put_properties(run, findings.properties);
    Json out;
    out["$schema"] = "https://json.schemastore.org/sarif-2.1.0.json";
    out["version"] = "2.1.0";
    out["runs"] = Json::array({std::move(run)});
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string render_sarif(const Sources& sources, const Diagnostics& diagnostics) {
    return render_sarif(findings_of(sources, diagnostics));
}

}  // namespace remit
