// Which room includes which, held to the table of docs/style.md.
#include <map>
#include <set>

#include "tests/catch.h"
#include "tests/house/repository.h"

using namespace remit::house;

namespace {

const fs::path kRoot = REMIT_SOURCE_DIR;
const std::vector<std::string> kTops = {"vm", "compiler", "stdlib", "host", "bench"};

using Arrows = std::map<std::string, std::set<std::string>>;

Arrows arrows_of_style() {
    Arrows arrows;
    for (const auto& row : marked_table(read_text(kRoot / "docs/style.md"), "arrows")) {
        arrows[row.at(0).at(0)].insert(row.at(1).begin(), row.at(1).end());
    }
    return arrows;
}

bool is_ours(const std::string& name) {
    for (const std::string& top : kTops) {
        if (name.rfind(top + "/", 0) == 0) return true;
    }
    return false;
}

/// The room with a row that `path` lies in: the longest that fits. Empty if none does.
std::string room_of(const std::string& path, const Arrows& arrows) {
    std::string best;
    for (const auto& [room, targets] : arrows) {
        if (path.rfind(room + "/", 0) == 0 && room.size() > best.size()) best = room;
    }
    // Where folders of a room have rows of their own, a folder without one must not hide behind the row of its parent.
    const std::string folder = fs::path(path).parent_path().generic_string();
    for (const auto& [room, targets] : arrows) {
        if (folder != best && room.rfind(best + "/", 0) == 0) return "";
    }
    return best;
}

/// Whether `source` may include `target`, both paths in the repository.
bool permitted(const std::string& source, const std::string& target, const Arrows& arrows) {
    const std::string from = room_of(source, arrows), to = room_of(target, arrows);
    if (from.empty() || to.empty()) return false;
    const std::set<std::string>& row = arrows.at(from);
    return from == to || row.count(to) != 0 || row.count(target) != 0;
}

std::vector<std::string> our_sources() {
    std::vector<std::string> all;
    for (const std::string& top : kTops) {
        const auto some = files_below(kRoot, top, {".h", ".cpp", ".def"});
        all.insert(all.end(), some.begin(), some.end());
    }
    return all;
}

}  // namespace

TEST_CASE("every arrow is in the table") {
    const Arrows arrows = arrows_of_style();
    size_t seen = 0;
    for (const std::string& source : our_sources()) {
        INFO(source);
        REQUIRE_FALSE(room_of(source, arrows).empty());
        for (const std::string& target : includes_of(read_text(kRoot / source))) {
            if (!is_ours(target)) continue;
            ++seen;
            INFO("includes " << target);
            CHECK(permitted(source, target, arrows));
        }
    }
    CHECK(seen > 100);
}

TEST_CASE("the arrows that matter most are not in the table") {
    const Arrows arrows = arrows_of_style();
    CHECK_FALSE(permitted("vm/engine/decide.cpp", "compiler/compile.h", arrows));
    CHECK_FALSE(permitted("vm/interpreter/a.cpp", "vm/jit/jit.h", arrows));
    CHECK_FALSE(permitted("vm/jit/a.cpp", "vm/interpreter/interpreter.h", arrows));
    CHECK_FALSE(permitted("compiler/emit/a.cpp", "vm/engine/policy.h", arrows));
    CHECK_FALSE(permitted("compiler/check/a.cpp", "host/cli/console.h", arrows));
    CHECK_FALSE(permitted("host/cli/a.cpp", "compiler/check/check.h", arrows));
    CHECK_FALSE(permitted("host/unheard_of/a.cpp", "vm/value/value.h", arrows));
    CHECK(permitted("host/cli/a.cpp", "compiler/compile.h", arrows));
}

TEST_CASE("the table has no cycle") {
    const Arrows arrows = arrows_of_style();
    std::set<std::string> done;
    // Takes away rooms all of whose targets are gone; what cannot be taken away is in a cycle. Headers count as their room, except
    // where two rooms meet in a single header that includes nothing of either.
    for (bool moved = true; moved;) {
        moved = false;
        for (const auto& [room, targets] : arrows) {
            if (done.count(room)) continue;
            bool free = true;
            for (const std::string& target : targets) {
                const std::string to = target.find(".h") == std::string::npos ? target : room_of(target, arrows);
                free = free && (done.count(to) || to == room);
            }
            if (free) moved = done.insert(room).second || moved;
        }
    }
    CHECK(done.size() == arrows.size());
}

TEST_CASE("libraries of others have one door") {
    std::vector<std::string> sources = our_sources();
    for (const auto& row : marked_table(read_text(kRoot / "docs/style.md"), "fences")) {
        const std::string& library = row.at(0).at(0);
        for (const std::string& source : sources) {
            for (const std::string& target : includes_of(read_text(kRoot / source))) {
                if (target.rfind(library, 0) != 0) continue;
                const std::string folder = fs::path(source).parent_path().generic_string();
                INFO(source << " includes " << target);
                CHECK(std::find(row.at(1).begin(), row.at(1).end(), folder) != row.at(1).end());
            }
        }
    }
}
