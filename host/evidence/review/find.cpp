#include "host/evidence/review/find.h"

#include <fmt/format.h>

#include <algorithm>

#include "host/evidence/review/find_build.h"

namespace remit::evidence {

namespace {

struct Range {
    int64_t from = 0, to = INT64_MAX;  // indices
};
/// By which table's index the rows come, in the order of records; what it does not settle is compared row by row.
struct Plan {
    std::string rows, condition;
    std::vector<int64_t> values;
    const char* index = "r.idx";
    const std::string* text = nullptr;                                               // bound before the values
    bool tool = false, tenant = false, verdict = false, kind = false, rule = false;  // settled by it
};
/// Names as the index numbers them; nothing if one of them is not in the log.
struct Names {
    std::optional<int64_t> tool, tenant, rule;
};

}  // namespace

struct FindIndex::Impl {
    std::unique_ptr<Database> database;
    uint64_t size = 0;

    Result<std::optional<Names>> names_of(const FindQuery& query);
    Result<Range> range_of(const FindQuery& query);
    Result<bool> collect(const Plan& plan, const FindQuery& query, const Names& names, const Range& range,
                         std::vector<Found>& out);
};

namespace {

constexpr const char* kColumns =
    "SELECT r.idx, r.time, r.kind, c.chain, r.n, c.session, (SELECT name FROM names WHERE id = r.tenant),"
    " (SELECT name FROM names WHERE id = r.tool), r.verdict, r.call FROM ";

Found found_of(const Statement& row) {
    Found found;
    found.index = static_cast<uint64_t>(row.number(0));
    found.time_ns = row.number(1);
    found.kind = static_cast<Kind>(row.number(2));
    const std::string_view chain = row.text(3);
    if (chain.size() == found.action.chain.bytes.size())
        std::copy(chain.begin(), chain.end(), reinterpret_cast<char*>(found.action.chain.bytes.data()));
    found.action.number = static_cast<uint64_t>(row.number(4));
    found.session = row.text(5);
    found.tenant = row.text(6);
    found.tool = row.text(7);
    found.verdict = verdict_name(row.number(8));
    found.call = row.text(9);
    return found;
}

Result<std::unique_ptr<Database>> open_database(const std::string& path) {
    auto database = Database::open(path);
    // An index that is lost is made again: nothing hangs on its durability but the time that takes.
    if (database && !(*database)->execute("PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = NORMAL;"
                                          " PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY"))
        return Failure{"the search index cannot be used"};
    return database;
}

/// Brings the index up to the log, from nothing if it does not fit. Nothing, if the file cannot be used at all.
Result<uint64_t> bring_up(Database& database, Reading& log, const FindIndex::Progress& progress) {
    FindBuilder builder(database);
    const auto fitting = fitting_size(database, log);
    if (!fitting) {
        if (auto made = builder.create(log.config()); !made) return Failure{made.error()};
    }
    uint64_t size = fitting.value_or(0);
    if (auto caught_up = builder.catch_up(log, size, progress); !caught_up) {
        (void)database.execute("ROLLBACK");
        return Failure{caught_up.error()};
    }
    if (auto made = make_indexes(database); !made) return Failure{made.error()};
    if (auto forgotten = forget_below(database, log.journal().first()); !forgotten) return Failure{forgotten.error()};
    return size;
}

}  // namespace

FindIndex::FindIndex(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FindIndex::~FindIndex() = default;
uint64_t FindIndex::size() const { return impl_->size; }

Result<std::unique_ptr<FindIndex>> FindIndex::open(Reading& log, const std::string& path, const Progress& progress) {
    std::string trouble;
    for (const bool again : {false, true}) {
        auto database = open_database(again ? ":memory:" : path);
        if (!database) {
            trouble = database.error();
            continue;
        }
        const auto size = bring_up(**database, log, progress);
        if (!size) {
            trouble = size.error();
            continue;
        }
        auto impl = std::make_unique<Impl>();
        impl->database = std::move(*database);
        impl->size = *size;
        return std::unique_ptr<FindIndex>(new FindIndex(std::move(impl)));
    }
    return Failure{trouble};
}

/// Records are nearly in the order of time: blocks of them that are too early or too late are left out at both ends.
Result<Range> FindIndex::Impl::range_of(const FindQuery& query) {
    Range range;
    const std::pair<const std::optional<int64_t>&, const char*> ends[] = {
        {query.since_ns, "SELECT min(block) FROM times WHERE latest >= ?"},
        {query.until_ns, "SELECT max(block) FROM times WHERE earliest < ?"}};
    for (size_t end = 0; end < 2; ++end) {
        if (!ends[end].first) continue;
        auto statement = database->prepare(ends[end].second);
        if (!statement) return Failure{statement.error()};
        const auto row = statement->bind(1, *ends[end].first).step();
        if (!row) return Failure{row.error()};
        if (statement->is_null(0)) {
            range.to = 0;  // no record is in time
        } else if (end == 0) {
            range.from = statement->number(0) * static_cast<int64_t>(kTimeBlock);
        } else {
            range.to = std::min(range.to, (statement->number(0) + 1) * static_cast<int64_t>(kTimeBlock));
        }
    }
    return range;
}

Result<std::optional<Names>> FindIndex::Impl::names_of(const FindQuery& query) {
    Names names;
    const std::tuple<const std::optional<std::string>&, std::optional<int64_t>&> wanted[] = {
        {query.tool, names.tool}, {query.tenant, names.tenant}, {query.rule, names.rule}};
    for (const auto& [text, id] : wanted) {
        if (!text) continue;
        auto statement = database->prepare("SELECT id FROM names WHERE name = ?");
        if (!statement) return Failure{statement.error()};
        const auto row = statement->bind(1, std::string_view(*text)).step();
        if (!row) return Failure{row.error()};
        if (!*row) return std::optional<Names>();
        id = statement->number(0);
    }
    return std::optional<Names>(names);
}

/// One look at the index.
Result<bool> FindIndex::Impl::collect(const Plan& plan, const FindQuery& query, const Names& names, const Range& range,
                                      std::vector<Found>& out) {
    std::string sql = kColumns + plan.rows + " CROSS JOIN chains c ON c.id = r.chain WHERE " + plan.condition;
    std::vector<int64_t> values = plan.values;
    const auto also = [&](const std::string& condition, int64_t value) {
        sql += " AND " + condition;
        values.push_back(value);
    };
    also(fmt::format("{} >= ?", plan.index), range.from);
    also(fmt::format("{} < ?", plan.index), range.to);
    if (query.since_ns) also("r.time >= ?", *query.since_ns);
    if (query.until_ns) also("r.time < ?", *query.until_ns);
    // The plus keeps SQLite from another index than the plan's.
    if (query.kind && !plan.kind) also("+r.kind = ?", static_cast<int64_t>(*query.kind));
    if (query.verdict && !plan.verdict) also("+r.verdict = ?", verdict_number(*query.verdict));
    if (names.tool && !plan.tool) also("+r.tool = ?", *names.tool);
    if (names.tenant && !plan.tenant) also("+r.tenant = ?", *names.tenant);
    if (names.rule && !plan.rule)
        also("EXISTS (SELECT 1 FROM rules y WHERE y.rule = ? AND y.idx = r.idx)", *names.rule);
    // A call's id alone names few records; their session is compared here.
    const bool all = query.call && query.session;
    sql += fmt::format(" ORDER BY {} DESC LIMIT ?", plan.index);
    values.push_back(all ? -1 : static_cast<int64_t>(std::min<uint64_t>(query.limit, INT64_MAX)));

    auto statement = database->prepare(sql);
    if (!statement) return Failure{statement.error()};
    int at = 0;
    if (plan.text != nullptr) statement->bind(++at, std::string_view(*plan.text));
    for (const int64_t value : values) statement->bind(++at, value);
    for (;;) {
        const auto row = statement->step();
        if (!row) return Failure{row.error()};
        if (!*row) return true;
        Found found = found_of(*statement);
        if (query.session && found.session != *query.session) continue;
        out.push_back(std::move(found));
    }
}

namespace {

/// The most telling condition leads. Tool and tenant are looked up verdict by verdict, because their indexes are sorted so.
std::vector<Plan> plans_for(const FindQuery& query, const Names& names) {
    Plan plan;
    if (query.call) {
        plan.rows = "records r INDEXED BY by_call";
        plan.condition = "r.call = ?";
        plan.text = &*query.call;
    } else if (query.session) {
        plan.rows = "records r INDEXED BY by_chain";
        plan.condition = "r.chain IN (SELECT id FROM chains WHERE session = ?)";
        plan.text = &*query.session;
    } else if (names.rule) {
        plan.rows = "rules x CROSS JOIN records r ON r.idx = x.idx";
        plan.condition = "x.rule = ?";
        plan.values = {*names.rule};
        plan.index = "x.idx";
        plan.rule = true;
    } else if (names.tool || names.tenant) {
        plan.tool = names.tool.has_value();
        plan.tenant = !plan.tool;
        plan.verdict = true;
        plan.rows = plan.tool ? "records r INDEXED BY by_tool" : "records r INDEXED BY by_tenant";
        plan.condition = plan.tool ? "r.tool = ? AND r.verdict = ?" : "r.tenant = ? AND r.verdict = ?";
        std::vector<Plan> plans;
        for (int64_t verdict = kAllow; verdict <= kNoVerdict; ++verdict) {
            if (query.verdict && verdict_number(*query.verdict) != verdict) continue;
            plan.values = {plan.tool ? *names.tool : *names.tenant, verdict};
            plans.push_back(plan);
        }
        return plans;
    } else if (query.verdict) {
        plan.rows = "records r INDEXED BY by_verdict";
        plan.condition = "r.verdict = ?";
        plan.values = {verdict_number(*query.verdict)};
        plan.verdict = true;
    } else if (query.kind) {
        plan.rows = "records r INDEXED BY by_kind";
        plan.condition = "r.kind = ?";
        plan.values = {static_cast<int64_t>(*query.kind)};
        plan.kind = true;
    } else {
        plan.rows = "records r";
        plan.condition = "true";
    }
    return {plan};
}

}  // namespace

Result<std::vector<Found>> FindIndex::find(const FindQuery& query) {
    const auto names = impl_->names_of(query);
    if (!names) return Failure{names.error()};
    std::vector<Found> out;
    if (!*names) return out;
    const auto range = impl_->range_of(query);
    if (!range) return Failure{range.error()};
    for (const Plan& plan : plans_for(query, **names)) {
        if (const auto done = impl_->collect(plan, query, **names, *range, out); !done) return Failure{done.error()};
    }
    std::sort(out.begin(), out.end(), [](const Found& a, const Found& b) { return a.index > b.index; });
    if (out.size() > query.limit) out.resize(query.limit);
    return out;
}

Result<std::optional<uint64_t>> FindIndex::find_action(const ActionId& action) {
    auto statement = impl_->database->prepare(
        "SELECT idx FROM records INDEXED BY by_chain WHERE chain = (SELECT id FROM chains WHERE chain = ?) AND n = ?");
    if (!statement) return Failure{statement.error()};
    const std::string_view chain(reinterpret_cast<const char*>(action.chain.bytes.data()), action.chain.bytes.size());
    const auto row = statement->bind_blob(1, chain).bind(2, static_cast<int64_t>(action.number)).step();
    if (!row) return Failure{row.error()};
    return *row ? std::optional<uint64_t>(static_cast<uint64_t>(statement->number(0))) : std::nullopt;
}

}  // namespace remit::evidence
