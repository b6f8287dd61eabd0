// SQLite (WAL, synchronous=FULL), LMDB and RocksDB (synced write-ahead log), each at its documented durable setting.
#include <lmdb.h>
#include <rocksdb/db.h>
#include <sqlite3.h>

#include <cstdlib>
#include <filesystem>

#include "bench/evidence/sides.h"

namespace bench {

namespace {

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "bench: %s\n", what.c_str());
    std::exit(1);
}

std::string fresh(const Budget& budget, const char* name) {
    const std::string path = budget.folder + "/" + name;
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
    return path;
}

}  // namespace

void measure_sqlite(const Budget& budget) {
    const std::string path = fresh(budget, "sqlite") + "/log.db";
    sqlite3* db = nullptr;
    const auto check = [&](int code) {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
            fail(std::string("sqlite: ") + sqlite3_errmsg(db));
    };
    check(sqlite3_open(path.c_str(), &db));
    const auto run = [&](const char* sql) { check(sqlite3_exec(db, sql, nullptr, nullptr, nullptr)); };
    run("pragma journal_mode=wal; pragma synchronous=full; create table log(i integer primary key, record blob)");
    sqlite3_stmt* insert = nullptr;
    check(sqlite3_prepare_v2(db, "insert into log values(?,?)", -1, &insert, nullptr));
    std::string record;
    measure_batches("SQLite", budget, [&](uint64_t first, size_t count) {
        run("begin");
        for (uint64_t i = first; i < first + count; ++i) {
            make_record(i, record);
            sqlite3_bind_int64(insert, 1, static_cast<sqlite3_int64>(i));
            sqlite3_bind_blob(insert, 2, record.data(), static_cast<int>(record.size()), SQLITE_STATIC);
            check(sqlite3_step(insert));
            sqlite3_reset(insert);
        }
        run("commit");
    });
    sqlite3_finalize(insert);
    sqlite3_close(db);
    std::filesystem::remove_all(budget.folder + "/sqlite");
}

void measure_lmdb(const Budget& budget) {
    const std::string path = fresh(budget, "lmdb");
    const auto check = [](int code) {
        if (code != 0) fail(std::string("lmdb: ") + mdb_strerror(code));
    };
    MDB_env* env = nullptr;
    check(mdb_env_create(&env));
    check(mdb_env_set_mapsize(env, size_t{16} << 30));
    check(mdb_env_open(env, path.c_str(), 0, 0644));
    MDB_dbi table = 0;
    bool opened = false;
    std::string record;
    measure_batches("LMDB", budget, [&](uint64_t first, size_t count) {
        MDB_txn* txn = nullptr;
        check(mdb_txn_begin(env, nullptr, 0, &txn));
        if (!opened) check(mdb_dbi_open(txn, nullptr, MDB_INTEGERKEY, &table));
        opened = true;
        for (uint64_t i = first; i < first + count; ++i) {
            make_record(i, record);
            MDB_val key{sizeof i, &i}, value{record.size(), record.data()};
            check(mdb_put(txn, table, &key, &value, MDB_APPEND));
        }
        check(mdb_txn_commit(txn));
    });
    mdb_env_close(env);
    std::filesystem::remove_all(path);
}

void measure_rocksdb(const Budget& budget) {
    const std::string path = fresh(budget, "rocksdb");
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    const auto check = [](const rocksdb::Status& status) {
        if (!status.ok()) fail("rocksdb: " + status.ToString());
    };
    check(rocksdb::DB::Open(options, path, &db));
    rocksdb::WriteOptions durable;
    durable.sync = true;
    std::string record;
    measure_batches("RocksDB", budget, [&](uint64_t first, size_t count) {
        rocksdb::WriteBatch batch;
        for (uint64_t i = first; i < first + count; ++i) {
            make_record(i, record);
            char key[8];
            for (int b = 0; b < 8; ++b) key[b] = static_cast<char>(i >> (56 - 8 * b));
            batch.Put(rocksdb::Slice(key, 8), record);
        }
        check(db->Write(durable, &batch));
    });
    delete db;
    std::filesystem::remove_all(path);
}

}  // namespace bench
