#include "host/evidence/review/sqlite.h"

#include <sqlite3.h>

#include <utility>

namespace remit::evidence {

namespace {

constexpr int kPatienceMs = 30'000;  // while somebody else brings the same index up to date

Failure failure_of(sqlite3* database) { return {std::string("the search index: ") + sqlite3_errmsg(database)}; }

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

// A bind fails only for want of memory, and then the step after it does too.
Statement& Statement::bind(int at, int64_t value) {
    sqlite3_bind_int64(statement_, at, value);
    return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
    sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}
Statement& Statement::bind_blob(int at, std::string_view bytes) {
    sqlite3_bind_blob64(statement_, at, bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
}
Statement& Statement::bind_null(int at) {
    sqlite3_bind_null(statement_, at);
    return *this;
}

Result<bool> Statement::step() {
    const int status = sqlite3_step(statement_);
    if (status == SQLITE_ROW) return true;
    sqlite3* database = sqlite3_db_handle(statement_);
    if (status == SQLITE_DONE) {
        sqlite3_reset(statement_);
        return false;
    }
    Failure failure = failure_of(database);
    sqlite3_reset(statement_);
    return failure;
}

Result<bool> Statement::run() {
    auto stepped = step();
    if (!stepped) return stepped;
    reset();
    return true;
}

void Statement::reset() { sqlite3_reset(statement_); }

int64_t Statement::number(int column) const { return sqlite3_column_int64(statement_, column); }
std::string_view Statement::text(int column) const {
    const void* bytes = sqlite3_column_blob(statement_, column);
    if (bytes == nullptr) return {};
    return {static_cast<const char*>(bytes), static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
    std::unique_ptr<Database> out(new Database);
    const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path.c_str(), &out->database_, flags, nullptr) != SQLITE_OK) return failure_of(out->database_);
    sqlite3_busy_timeout(out->database_, kPatienceMs);
    return out;
}

Database::~Database() { sqlite3_close_v2(database_); }

Result<bool> Database::execute(const char* sql) {
    if (sqlite3_exec(database_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure_of(database_);
    return true;
}

Result<Statement> Database::prepare(const std::string& sql) {
    Statement out;
    if (sqlite3_prepare_v2(database_, sql.c_str(), static_cast<int>(sql.size()), &out.statement_, nullptr) != SQLITE_OK)
        return failure_of(database_);
    return out;
}

}  // namespace remit::evidence
