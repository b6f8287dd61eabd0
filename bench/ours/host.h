// What a host of the three applications knows: principals and resources by name, with their ancestors as bits, and from them the facts
// that the policies ask for. Cedar's entities with their transitive closure, as a C++ programmer would hold them.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "vm/engine/names.h"

namespace bench {

inline constexpr size_t kNames = 1024;  // of an application, at most
using NameSet = std::bitset<kNames>;
inline constexpr uint32_t kNobody = kNames - 1;  // a name that no set holds

struct Principal {
    uint32_t id = kNobody, view = kNobody;
    NameSet above, documents, folders;
};
struct Resource {
    uint32_t id = kNobody;
    uint32_t owner = kNobody, readers = kNobody, editors = kNobody;      // tinytodo
    uint32_t groups[5] = {kNobody, kNobody, kNobody, kNobody, kNobody};  // github: readers, triagers, ..., admins
    uint32_t owner_groups[3] = {kNobody, kNobody, kNobody};              // readers, writers, admins
    bool is_public = false;                                              // gdrive
    NameSet above;                                                       // with itself
};

class Host {
public:
    explicit Host(const std::string& graph_file);
    /// kUnknownName where there is none of that name.
    uint32_t principal_number(std::string_view name) const noexcept { return names_.find(kPrincipals, name); }
    uint32_t resource_number(std::string_view name) const noexcept { return names_.find(kResources, name); }
    const Principal& principal(std::string_view name) const noexcept { return principals_[principal_number(name)]; }
    const Resource& resource(std::string_view name) const noexcept { return resources_[resource_number(name)]; }

private:
    enum Scope : uint32_t { kPrincipals, kResources, kAll };
    uint32_t number(std::string_view name);
    NameSet set(std::string_view names);

    std::deque<std::string> texts_;  // what names_ refers to
    remit::NameTable names_;
    uint32_t numbers_ = 0;
    std::vector<Principal> principals_;
    std::vector<Resource> resources_;
};

/// Facts are written in the order of the fields of `fact access` in apps/*/policy.remit.
inline constexpr size_t kMostFacts = 5;
struct Github {
    static void facts(const Principal& p, const Resource& r, int64_t* out) noexcept {
        int64_t direct = 0, owner = 0;
        for (int i = 0; i < 5; ++i) direct = p.above[r.groups[i]] ? i + 1 : direct;
        constexpr int64_t kGives[3] = {1, 3, 5};
        for (int i = 0; i < 3; ++i) owner = p.above[r.owner_groups[i]] ? kGives[i] : owner;
        out[0] = direct;
        out[1] = owner;
    }
};
struct Gdrive {
    static void facts(const Principal& p, const Resource& r, int64_t* out) noexcept {
        out[0] = r.is_public;
        out[1] = r.above[p.view];
        out[2] = p.documents[r.id] || (p.folders & r.above).any();
        out[3] = p.documents[r.id];
        out[4] = p.folders[r.id];
    }
};
struct Tinytodo {
    static void facts(const Principal& p, const Resource& r, int64_t* out) noexcept {
        out[0] = r.owner == p.id;
        out[1] = p.above[r.readers];
        out[2] = p.above[r.editors];
    }
};

}  // namespace bench
