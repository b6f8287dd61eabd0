#include "stdlib/modules.h"

namespace remit {

namespace {

struct Module {
    std::string_view name, text;
};
constexpr Module kModules[] = {
#include "stdlib_modules.inc"  // made from stdlib/*.remit by the build
};

}  // namespace

std::optional<std::string_view> find_module(std::string_view name) {
    for (const Module& m : kModules)
        if (m.name == name) return m.text;
    return std::nullopt;
}

std::vector<std::string_view> module_names() {
    std::vector<std::string_view> names;
    for (const Module& m : kModules) names.push_back(m.name);
    return names;
}

}  // namespace remit
