// Parameters, tables and windows: what their hashes cover, and what the clocks of every zone show.
#include <cstdlib>
#include <ctime>

#include "compiler/check/zone.h"
#include "tests/catch.h"
#include "tests/compiler/files.h"
#include "vm/program/image.h"

namespace remit::test {

namespace {

std::string hash_of(const std::string& text) {
    const Compilation c = compile_files("main.remit", {{"main.remit", "policy p\n" + text}});
    INFO(text << messages(c));
    REQUIRE(c.layers.size() == 1);
    return to_text(c.layers[0].hash);
}

Compilation stack(const std::string& child, const std::string& parent) {
    Compilation c = compile_files("main.remit", {{"main.remit", child}, {"parent.remit", parent}});
    INFO(messages(c));
    REQUIRE(c.layers.size() == 2);
    return c;
}

const std::string kTool = "tool pay(amount: decimal(2), at: timestamp) write\n";

}  // namespace

TEST_CASE("a window's hash is that of its meaning") {
    const std::string rule = "allow anyone to pay when args.at during w\n";
    const auto with = [&](const std::string& window) { return hash_of(kTool + window + rule); };
    const std::string one = with("window w in \"Europe/Berlin\" { \"mon-fri 09:00-17:30\", \"sun 22:00-02:00\" }\n");
    CHECK(one ==
          with("window w in \"Europe/Berlin\" { \"sun 22:00-24:00\", \"mon 00:00-02:00\", \"mon,wed 09:00-17:30\",\n"
               "  \"tue-fri 09:00-12:00\", \"tue-fri 12:00-17:30\" } except { }\n"));
    CHECK(one == with("window w in \"Europe/Paris\" { \"sun 22:00-02:00\", \"mon-fri 09:00-17:30\" }\n"));
    CHECK(one != with("window w in \"Europe/London\" { \"mon-fri 09:00-17:30\", \"sun 22:00-02:00\" }\n"));
    CHECK(one != with("window w in \"Europe/Berlin\" { \"mon-fri 09:00-17:31\", \"sun 22:00-02:00\" }\n"));
    const std::string shut = " except { \"2026-12-24\", \"2026-12-25..2026-12-26\" }\n";
    const std::string closed = with("window w in \"UTC\" { \"daily 00:00-24:00\" }" + shut);
    CHECK(closed == with("window w in \"UTC\" { \"daily 00:00-24:00\" } except { \"2026-12-24..2026-12-26\" }\n"));
    CHECK(closed != with("window w in \"UTC\" { \"daily 00:00-24:00\" } except { \"2026-12-24..2026-12-27\" }\n"));
}

TEST_CASE("a table's hash is that of the function") {
    const std::string rule = "allow anyone to pay when args.amount <= cap(session.tier, true)\n";
    const auto with = [&](const std::string& rows) {
        return hash_of(kTool + "table cap(t: tier, b: bool): decimal(2) {\n" + rows + "  }\n" + rule);
    };
    const std::string one = with("  dev, _: 5\n  stage, true: 2.50\n  stage, false: 1\n  prod, _: 1\n");
    CHECK(one ==
          with("  {stage, prod}, false: 1.00\n  dev, {true, false}: 5.00\n  prod, true: 1\n  stage, true: 2.5\n"));
    CHECK(one == with("  dev, _: 5\n  dev, true: 5\n  stage, true: 2.50\n  {prod, stage}, false: 1\n  prod, _: 1\n"));
    CHECK(one != with("  dev, _: 5\n  stage, true: 2.50\n  stage, false: 1\n  prod, _: 1.01\n"));
}

TEST_CASE("a policy's hash covers the values of its parameters") {
    const std::string parent =
        "policy parent\n" + kTool +
        "param most: decimal(2) min 0 max 900 default 500\nallow anyone to pay when args.amount <= most\n";
    const std::string child = "policy child under parent from \"parent.remit\"\nallow anyone to pay\n";
    const Compilation declared = compile_files("parent.remit", {{"parent.remit", parent}});
    REQUIRE(declared.layers.size() == 1);
    const Compilation plain = stack(child, parent), same = stack(child + "param most = 500.00\n", parent),
                      other = stack(child + "param most = 60\n", parent);
    CHECK(plain.layers[1].hash == declared.layers[0].hash);
    CHECK(same.layers[1].hash == declared.layers[0].hash);
    CHECK(other.layers[1].hash != declared.layers[0].hash);
    CHECK(plain.layers[0].hash != same.layers[0].hash);  // it says something of its own
    CHECK(same.layers[0].hash != other.layers[0].hash);
    CHECK(other.layers[0].parent == other.layers[1].hash);
    CHECK(write_images(other.layers) != write_images(same.layers));

    const std::string pin = to_text(declared.layers[0].hash);
    const std::string pinned = "policy child under parent from \"parent.remit\" pinned \"" + pin +
                               "\"\nallow anyone to pay\nparam most = 60\n";
    CHECK(stack(pinned, parent).layers[1].hash == other.layers[1].hash);
    const std::string as_compiled = "policy child under parent from \"parent.remit\" pinned \"" +
                                    to_text(other.layers[1].hash) + "\"\nallow anyone to pay\nparam most = 60\n";
    const Compilation wrong = compile_files("main.remit", {{"main.remit", as_compiled}, {"parent.remit", parent}});
    CHECK(messages(wrong).find("the parent's hash is " + pin) != std::string::npos);
}

TEST_CASE("one value said twice along the way is one") {
    const Files files = {{"main.remit", "policy child under middle from \"middle.remit\"\nparam a = 2.0\n"},
                         {"middle.remit", "policy middle under parent from \"parent.remit\"\nparam a = 2\n"},
                         {"parent.remit", "policy parent\nparam a: decimal(2) default 1\n"}};
    const Compilation c = compile_files("main.remit", files);
    INFO(messages(c));
    CHECK(c.layers.size() == 3);
}

TEST_CASE("every zone's clocks are those of the C library") {
    // The library reads a zone's rule by itself. Instants: around each change of each year's rules, and at random.
    const auto library = [](int64_t instant) {
        const auto t = static_cast<std::time_t>(instant);
        std::tm clock{};
        localtime_r(&t, &clock);
        return instant + clock.tm_gmtoff;
    };
    struct Row {
        const char *name, *rule;
    };
    static constexpr Row kRows[] = {
#define REMIT_ZONE(name, rule) {name, rule},
#include "compiler/check/zones.def"
    };
    uint64_t state = 1;
    size_t compared = 0;
    for (const Row& row : kRows) {
        const std::optional<ZoneRule> zone = find_zone(row.name);
        REQUIRE(zone);
        REQUIRE(setenv("TZ", row.rule, 1) == 0);
        tzset();
        std::vector<int64_t> instants;
        for (int64_t year = 1970; year <= 2100; ++year) {
            if (zone->at(window::kBegins) == 0) break;
            const int64_t begins = window::moment_of(zone->data() + window::kBegins, year) -
                                   zone->at(window::kStandard);
            const int64_t ends = window::moment_of(zone->data() + window::kEnds, year) - zone->at(window::kDaylight);
            for (const int64_t at : {begins, ends}) instants.insert(instants.end(), {at - 1, at, at + 1, at + 3600});
        }
        for (int i = 0; i < 500; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            instants.push_back(static_cast<int64_t>(state >> 31));  // glibc knows no rules before 1970
        }
        for (const int64_t at : instants) {
            if (window::local_time(zone->data(), at) != library(at)) {
                INFO(row.name << " " << row.rule << " at " << at);
                CHECK(window::local_time(zone->data(), at) == library(at));
            }
            constexpr int64_t kCalendar = 146'097 * window::kDay;  // 400 years are whole weeks
            CHECK(window::local_time(zone->data(), at - kCalendar) == window::local_time(zone->data(), at) - kCalendar);
            ++compared;
        }
    }
    CHECK(compared > 300'000);
}

TEST_CASE("days and years of the calendar, far on both sides") {
    CHECK(window::day_of(1970, 1, 1) == 0);
    CHECK(window::day_of(2000, 2, 29) == 11'016);
    CHECK(window::day_of(2000, 3, 1) == 11'017);
    CHECK(window::day_of(1900, 3, 1) - window::day_of(1900, 2, 28) == 1);
    CHECK(window::day_of(1677, 9, 21) == -106'752);
    for (int64_t year = 1600; year <= 2400; ++year) {
        CHECK(window::year_of(window::day_of(year, 1, 1)) == year);
        CHECK(window::year_of(window::day_of(year, 12, 31)) == year);
    }
}

TEST_CASE("rules of zones that are none") {
    for (const char* bad : {"", "C", "CET", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,J60,J300",
                            "CET-1CEST,M3.5.0,M10.5.0/200", "<CET-1", "CET-1CEST,M3.5.0,M10.5.0 ", "CET--1"}) {
        INFO(bad);
        CHECK_FALSE(read_zone_rule(bad));
    }
}

}  // namespace remit::test
