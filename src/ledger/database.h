// A thin layer over sqlite3: connections, statements and transactions that clean up after
// themselves, and failures as Errors (ledger/sqlite_error.h).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct sqlite3_stmt;

namespace fathom {

// A value that is bound as bytes; a plain string_view is bound as text.
struct Blob {
  std::string_view bytes;
};

// One connection. Move-only; statements must end before it.
// Threads: one at a time.
class Database {
 public:
  enum class Mode {
    kWrite,  // makes the file if it is missing
    kRead,   // writes nothing into the database; the file has to exist
  };
  struct Handle;

  // Nothing of the file has been read yet when this returns: what is wrong with it shows in the
  // first statement.
  static Result<Database> Open(const std::string& path, Mode mode, double busy_seconds);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // As SQLite knows it: absolute, symbolic links followed.
  const std::string& path() const;

  // Runs statements that take no values; rows are dropped.
  Status Execute(const char* sql);
  // The first column of the first row of `sql`.
  Result<int64_t> Number(const char* sql);
  Result<std::string> Text(const char* sql);

  // How long a statement waits for a lock; returns what it was.
  double SetBusySeconds(double seconds);

  int64_t LastId() const;   // of the row inserted last
  int64_t Changes() const;  // rows that the last INSERT, UPDATE or DELETE changed

 private:
  friend class Statement;
  explicit Database(std::unique_ptr<Handle> handle);
  std::unique_ptr<Handle> handle_;
};

// One prepared statement; borrows the connection. What is bound by view has to live until Reset.
//   FATHOM_ASSIGN_OR_RETURN(Statement find, Statement::Prepare(db, "SELECT a FROM t WHERE b = ?"));
//   find.Bind(int64_t{7});
//   FATHOM_ASSIGN_OR_RETURN(const bool found, find.Step());
class Statement {
 public:
  static Result<Statement> Prepare(Database& database, const char* sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Binds all parameters from the first on. A value that cannot be bound fails the next Step.
  template <typename... Values>
  void Bind(const Values&... values) {
    int index = 0;
    (BindAt(++index, values), ...);
  }

  Result<bool> Step();  // true: there is a row; false: there is none any more
  void Reset();         // ready for the next Bind

  // Bind, Step until the end, Reset.
  template <typename... Values>
  Status Run(const Values&... values) {
    Bind(values...);
    return Finish();
  }

  // Columns of the row, from 0 on.
  int64_t Int(int column) const;
  double Real(int column) const;
  std::string_view View(int column) const;  // text and blobs; until Step or Reset
  std::string Bytes(int column) const;      // the same, to keep

 private:
  Statement(Database::Handle* handle, sqlite3_stmt* statement);
  void BindAt(int index, int64_t value);
  void BindAt(int index, double value);
  void BindAt(int index, std::string_view value);
  void BindAt(int index, Blob value);
  Status Finish();

  Database::Handle* handle_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  int bind_code_ = 0;  // the first failure of Bind since Reset
};

// Rolled back unless Commit succeeds. REQUIRES no other transaction on the connection
class Transaction {
 public:
  enum class Kind {
    kRead,      // one consistent view
    kWrite,     // takes the write lock at once; durable when Commit returns
    kVolatile,  // kWrite without fsync: survives the process, not a power cut before the next
                // durable commit of anyone. For what has no meaning after a restart.
  };
  static Result<Transaction> Begin(Database& database, Kind kind);
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Status Commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;  // nullptr: over
};

}  // namespace fathom
