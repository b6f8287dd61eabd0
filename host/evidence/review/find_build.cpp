#include "host/evidence/review/find_build.h"

#include <algorithm>

#include "host/evidence/review/members.h"

namespace remit::evidence {

namespace {

constexpr uint64_t kTransaction = 200'000;
constexpr size_t kMostCached = 200'000;  // names and chains held in memory while building

constexpr const char* kTables =
    "DROP TABLE IF EXISTS log; DROP TABLE IF EXISTS names; DROP TABLE IF EXISTS chains; DROP TABLE IF EXISTS records;"
    "DROP TABLE IF EXISTS rules; DROP TABLE IF EXISTS times;"
    "PRAGMA user_version = 1;"
    "CREATE TABLE log(key TEXT, size INTEGER, leaf BLOB);"
    "CREATE TABLE names(id INTEGER PRIMARY KEY, name TEXT UNIQUE);"
    "CREATE TABLE chains(id INTEGER PRIMARY KEY, chain BLOB UNIQUE, session TEXT);"
    "CREATE TABLE records(idx INTEGER PRIMARY KEY, time INTEGER, kind INTEGER, chain INTEGER, n INTEGER, tenant "
    "INTEGER,"
    " tool INTEGER, verdict INTEGER, call TEXT);"
    "CREATE TABLE rules(rule INTEGER, idx INTEGER, PRIMARY KEY(rule, idx)) WITHOUT ROWID;"
    "CREATE TABLE times(block INTEGER PRIMARY KEY, earliest INTEGER, latest INTEGER);";
constexpr const char* kIndexes =
    "CREATE INDEX IF NOT EXISTS by_session ON chains(session);"
    "CREATE INDEX IF NOT EXISTS by_chain ON records(chain, idx);"
    "CREATE INDEX IF NOT EXISTS by_tool ON records(tool, verdict, idx) WHERE tool IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS by_tenant ON records(tenant, verdict, idx) WHERE tenant IS NOT NULL;"
    "CREATE INDEX IF NOT EXISTS by_verdict ON records(verdict, idx);"
    "CREATE INDEX IF NOT EXISTS by_kind ON records(kind, idx);"
    "CREATE INDEX IF NOT EXISTS by_call ON records(call) WHERE call IS NOT NULL;";

std::string_view text_member(const Json* object, std::string_view name) {
    const Json* member = object == nullptr ? nullptr : object->find(name);
    return member != nullptr && member->is(JsonKind::String) ? member->text : std::string_view();
}
std::string_view bytes_of(const Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }
std::string_view bytes_of(const ChainId& id) {
    return {reinterpret_cast<const char*>(id.bytes.data()), id.bytes.size()};
}

}  // namespace

int64_t verdict_number(std::string_view text) {
    return text == "allow" ? kAllow : text == "ask" ? kAsk : text == "deny" ? kDeny : kNoVerdict;
}
std::string_view verdict_name(int64_t number) {
    return number == kAllow ? "allow" : number == kAsk ? "ask" : number == kDeny ? "deny" : "";
}

Result<bool> FindBuilder::create(const LogConfig& config) {
    if (auto made = database_.execute(kTables); !made) return made;
    auto insert = database_.prepare("INSERT INTO log VALUES(?, 0, x'')");
    if (!insert) return Failure{insert.error()};
    const std::string key = to_text(config.key);
    return insert->bind(1, key).run();
}

Result<bool> make_indexes(Database& database) { return database.execute(kIndexes); }

Result<bool> FindBuilder::prepare() {
    const std::pair<Statement*, const char*> statements[] = {
        {&insert_, "INSERT OR REPLACE INTO records VALUES(?,?,?,?,?,?,?,?,?)"},
        {&insert_rule_, "INSERT OR IGNORE INTO rules VALUES(?,?)"},
        {&insert_name_, "INSERT INTO names(name) VALUES(?) RETURNING id"},
        {&find_name_, "SELECT id FROM names WHERE name = ?"},
        {&insert_chain_, "INSERT INTO chains(chain, session) VALUES(?,?) RETURNING id"},
        {&find_chain_, "SELECT id FROM chains WHERE chain = ?"},
        {&block_,
         "INSERT INTO times VALUES(?,?,?) ON CONFLICT(block) DO UPDATE SET"
         " earliest = min(earliest, excluded.earliest), latest = max(latest, excluded.latest)"},
        {&size_, "UPDATE log SET size = ?, leaf = ?"},
    };
    for (const auto& [statement, sql] : statements) {
        auto prepared = database_.prepare(sql);
        if (!prepared) return Failure{prepared.error()};
        *statement = std::move(*prepared);
    }
    return true;
}

Result<bool> FindBuilder::catch_up(Reading& log, uint64_t& size, const FindIndex::Progress& progress) {
    if (auto prepared = prepare(); !prepared) return prepared;
    JournalReader& reader = log.journal();
    const auto found = reader.seek(std::max(size, reader.first()));
    if (!found) return Failure{found.error()};
    if (!*found) return true;
    const auto head = log.head();
    const uint64_t begin = size, total = head ? head->checkpoint.size : 0;
    if (auto begun = database_.execute("BEGIN IMMEDIATE"); !begun) return begun;
    std::string last;
    for (;;) {
        const auto next = reader.next();
        if (!next) return Failure{next.error()};
        if (*next == nullptr) break;
        const RecordView& record = **next;
        if (auto added = add(record); !added) return added;
        last = record.entry;
        size = record.index + 1;
        if (size % kTransaction != 0) continue;
        if (auto saved = save_size(size, leaf_hash(last)); !saved) return saved;
        if (auto ended = database_.execute("COMMIT; BEGIN IMMEDIATE"); !ended) return ended;
        if (progress) progress(size - begin, std::max(total, size) - begin);
    }
    if (size > begin) {
        if (auto saved = save_size(size, leaf_hash(last)); !saved) return saved;
    }
    return database_.execute("COMMIT");
}

Result<bool> FindBuilder::save_size(uint64_t size, const Hash& leaf) {
    if (auto ended = end_block(); !ended) return ended;
    return size_.bind(1, static_cast<int64_t>(size)).bind_blob(2, bytes_of(leaf)).run();
}

Result<bool> FindBuilder::add(const RecordView& record) {
    const auto entry = read_entry(record.entry);
    if (!entry) return true;  // verification reports it
    auto chain_id = chain(record, *entry);
    if (!chain_id) return Failure{chain_id.error()};
    insert_.bind(1, static_cast<int64_t>(record.index)).bind(2, entry->head.wall_ns);
    insert_.bind(3, static_cast<int64_t>(record.meta.kind)).bind(4, *chain_id);
    insert_.bind(5, static_cast<int64_t>(record.meta.number)).bind_null(6).bind_null(7);
    insert_.bind(8, kNoVerdict).bind_null(9);
    if (record.meta.kind == Kind::Decision || record.meta.kind == Kind::Intent) {
        arena_.reset();
        const Json* root = json_.read(entry->record, arena_);
        const Json* decision = root == nullptr ? nullptr : root->find("decision");
        const auto tenant = name(text_member(root, "tenant")), tool = name(text_member(root, "tool"));
        if (!tenant || !tool) return Failure{!tenant ? tenant.error() : tool.error()};
        const std::string_view verdict = root != nullptr && root->find("withheld") != nullptr
                                             ? std::string_view("deny")
                                             : text_member(decision, "verdict");
        insert_.bind(6, *tenant).bind(7, *tool).bind(8, verdict_number(verdict));
        if (const std::string_view call = text_member(root, "call"); !call.empty()) insert_.bind(9, call);
        if (auto rules = add_rules(record.index, decision); !rules) return rules;
    }
    if (auto inserted = insert_.run(); !inserted) return inserted;
    return note_time(record.index, entry->head.wall_ns);
}

Result<bool> FindBuilder::add_rules(uint64_t index, const Json* decision) {
    const Json* rules = decision == nullptr ? nullptr : decision->find("rules");
    if (rules == nullptr || !rules->is(JsonKind::Array)) return true;
    for (const Json& rule : rules->children()) {
        const auto id = name(text_member(&rule, "rule"));
        if (!id) return Failure{id.error()};
        if (auto inserted = insert_rule_.bind(1, *id).bind(2, static_cast<int64_t>(index)).run(); !inserted)
            return inserted;
    }
    return true;
}

Result<int64_t> FindBuilder::name(std::string_view text) {
    const auto known = names_.find(std::string(text));
    if (known != names_.end()) return known->second;
    for (Statement* statement : {&find_name_, &insert_name_}) {
        const auto row = statement->bind(1, text).step();
        if (!row) return Failure{row.error()};
        if (!*row) continue;
        const int64_t id = statement->number(0);
        statement->reset();
        if (names_.size() == kMostCached) names_.clear();
        names_.emplace(text, id);
        return id;
    }
    return Failure{"the search index: a name got no number"};
}

Result<int64_t> FindBuilder::chain(const RecordView& record, const EntryView& entry) {
    const auto known = chains_.find(record.meta.chain);
    if (known != chains_.end()) return known->second;
    // The record that opens a chain names its session; so do most others, if that one was pruned.
    arena_.reset();
    const Json* session = json_.read(member_of(entry.record, "session"), arena_);
    insert_chain_.bind(2, session != nullptr && session->is(JsonKind::String) ? session->text : std::string_view());
    for (Statement* statement : {&find_chain_, &insert_chain_}) {
        const auto row = statement->bind_blob(1, bytes_of(record.meta.chain)).step();
        if (!row) return Failure{row.error()};
        if (!*row) continue;
        const int64_t id = statement->number(0);
        statement->reset();
        if (chains_.size() == kMostCached) chains_.clear();
        chains_.emplace(record.meta.chain, id);
        return id;
    }
    return Failure{"the search index: a chain got no number"};
}

Result<bool> FindBuilder::note_time(uint64_t index, int64_t time) {
    if (block_number_ != index / kTimeBlock) {
        if (auto ended = end_block(); !ended) return ended;
        block_number_ = index / kTimeBlock;
        earliest_ = latest_ = time;
    }
    earliest_ = std::min(earliest_, time);
    latest_ = std::max(latest_, time);
    return true;
}

Result<bool> FindBuilder::end_block() {
    if (block_number_ == UINT64_MAX) return true;
    return block_.bind(1, static_cast<int64_t>(block_number_)).bind(2, earliest_).bind(3, latest_).run();
}

std::optional<uint64_t> fitting_size(Database& database, Reading& log) {
    auto version = database.prepare("PRAGMA user_version");
    if (!version || !version->step() || version->number(0) != 1) return std::nullopt;
    auto row = database.prepare("SELECT key, size, leaf FROM log");
    if (!row) return std::nullopt;
    const auto there = row->step();
    if (!there || !*there || row->text(0) != to_text(log.config().key)) return std::nullopt;
    const int64_t size = row->number(1);
    if (size < 0) return std::nullopt;
    if (size == 0) return 0;
    JournalReader& reader = log.journal();
    const auto found = reader.seek(static_cast<uint64_t>(size) - 1);
    if (!found || !*found) return std::nullopt;
    const auto last = reader.next();
    if (!last || *last == nullptr || row->text(2) != bytes_of(leaf_hash((*last)->entry))) return std::nullopt;
    return static_cast<uint64_t>(size);
}

Result<bool> forget_below(Database& database, uint64_t first) {
    if (first == 0) return true;
    auto oldest = database.prepare("SELECT min(idx) FROM records");
    if (!oldest) return Failure{oldest.error()};
    const auto row = oldest->step();
    if (!row) return Failure{row.error()};
    if (oldest->is_null(0) || static_cast<uint64_t>(oldest->number(0)) >= first) return true;
    for (const char* sql : {"DELETE FROM records WHERE idx < ?", "DELETE FROM rules WHERE idx < ?"}) {
        auto statement = database.prepare(sql);
        if (!statement) return Failure{statement.error()};
        if (auto run = statement->bind(1, static_cast<int64_t>(first)).run(); !run) return run;
    }
    return database.execute(
        "DELETE FROM chains WHERE NOT EXISTS (SELECT 1 FROM records WHERE records.chain = chains.id)");
}

}  // namespace remit::evidence
