#include "host/cli/places.h"

#include "vm/value/scalar.h"

namespace remit::cli {

namespace {

struct Place {
    const SourceFile* file = nullptr;
    uint32_t line = 0, column = 0;
};

std::optional<Place> find(const Sources& sources, const std::string& at) {
    const size_t second = at.rfind(':');
    const size_t first = second == at.npos || second == 0 ? at.npos : at.rfind(':', second - 1);
    if (first == at.npos) return std::nullopt;
    const auto line = parse_int(at.substr(first + 1, second - first - 1)), column = parse_int(at.substr(second + 1));
    if (!line || !column || *line < 1 || *column < 1) return std::nullopt;
    for (FileId id = 0; id < sources.size(); ++id)
        if (sources.file(id).name() == at.substr(0, first))
            return Place{&sources.file(id), static_cast<uint32_t>(*line), static_cast<uint32_t>(*column)};
    return std::nullopt;
}

}  // namespace

std::string line_at(const Sources& sources, const std::string& at) {
    const auto place = find(sources, at);
    if (!place) return {};
    const std::string_view line = place->file->line(place->line);
    const size_t begin = line.find_first_not_of(" \t\r"), end = line.find_last_not_of(" \t\r");
    return begin == line.npos ? std::string() : std::string(line.substr(begin, end - begin + 1));
}

std::optional<Region> region_at(const Sources& sources, const std::string& at) {
    const auto place = find(sources, at);
    if (!place) return std::nullopt;
    const auto width = static_cast<uint32_t>(place->file->line(place->line).size());
    return Region{place->file->name(), {place->line, place->column}, {place->line, width + 1}};
}

}  // namespace remit::cli
