#include "bench/ours/host.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "bench/ours/engine.h"

namespace bench {

uint32_t Host::number(std::string_view name) {
    if (numbers_ >= kNobody) fail("too many names in the entity graph");
    const uint32_t found = names_.find(kAll, name);
    return found != remit::kUnknownName ? found : names_.add(kAll, texts_.emplace_back(name), numbers_++);
}

NameSet Host::set(std::string_view names) {
    NameSet out;
    for (size_t comma; (comma = names.find(',')) != std::string_view::npos; names.remove_prefix(comma + 1))
        out.set(number(names.substr(0, comma)));
    return out;
}

Host::Host(const std::string& graph_file) {
    static constexpr std::string_view kGroups[] = {"readers", "triagers", "writers", "maintainers", "admins"};
    static constexpr std::string_view kOwnerGroups[] = {"owner.readers", "owner.writers", "owner.admins"};
    std::ifstream in(graph_file);
    if (!in) fail("cannot read " + graph_file);
    for (std::string line; std::getline(in, line);) {
        std::istringstream words(line);
        std::string kind, name, word;
        words >> kind >> name;
        Principal p;
        Resource r;
        p.id = r.id = number(name);
        while (words >> word) {
            const size_t equals = word.find('=');
            const std::string_view key = std::string_view(word).substr(0, equals);
            const std::string_view value = std::string_view(word).substr(equals + 1);
            if (key == "ancestors") p.above = r.above = set(value);
            if (key == "documents") p.documents = set(value);
            if (key == "folders") p.folders = set(value);
            if (key == "view") p.view = number(value);
            if (key == "public") r.is_public = value == "true";
            if (key == "owner") r.owner = number(value);
            if (key == "readers") r.readers = number(value);
            if (key == "editors") r.editors = number(value);
            for (size_t i = 0; i < std::size(kGroups); ++i)
                if (key == kGroups[i]) r.groups[i] = number(value);
            for (size_t i = 0; i < std::size(kOwnerGroups); ++i)
                if (key == kOwnerGroups[i]) r.owner_groups[i] = number(value);
        }
        r.above.set(r.id);
        const std::string& text = texts_.emplace_back(name);
        if (kind == "principal") {
            names_.add(kPrincipals, text, static_cast<uint32_t>(principals_.size()));
            principals_.push_back(p);
        } else {
            names_.add(kResources, text, static_cast<uint32_t>(resources_.size()));
            resources_.push_back(r);
        }
    }
}

}  // namespace bench
