// The one door to SQLite: a database, a statement. Failures come back as texts; nothing throws.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "vm/value/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace remit::evidence {

/// A prepared statement. Texts and blobs that are bound must live until the next reset.
class Statement {
public:
    Statement() = default;
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
    Statement& operator=(Statement&& other) noexcept {
        std::swap(statement_, other.statement_);
        return *this;
    }
    ~Statement();

    Statement& bind(int at, int64_t value);
    Statement& bind(int at, std::string_view text);
    Statement& bind_blob(int at, std::string_view bytes);
    Statement& bind_null(int at);
    /// True: there is a row. After the last one, or after a failure, the statement is reset.
    Result<bool> step();
    /// For statements without rows.
    Result<bool> run();
    void reset();

    int64_t number(int column) const;
    std::string_view text(int column) const;  // until the next step
    bool is_null(int column) const;

private:
    friend class Database;
    sqlite3_stmt* statement_ = nullptr;
};

class Database {
public:
    /// Made if it is missing. `path` may be ":memory:".
    static Result<std::unique_ptr<Database>> open(const std::string& path);
    ~Database();
    Result<bool> execute(const char* sql);
    Result<Statement> prepare(const std::string& sql);

private:
    Database() = default;
    sqlite3* database_ = nullptr;
};

}  // namespace remit::evidence
