#include "ledger/database.h"

#include <sqlite3.h>

#include <cctype>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>
#include <utility>

#include "ledger/sqlite_error.h"

namespace fathom {

struct Database::Handle {
  using Clock = std::chrono::steady_clock;

  ~Handle() { sqlite3_close_v2(connection); }

  // REQUIRES errno = 0 before the call that failed. sqlite3_system_errno is 0 when a commit finds
  // the disk full; errno still has it.
  Error Failure(int code) const {
    const int system_error = errno;
    return SqliteError(path, {.code = code,
                              .system_error = system_error,
                              .words = sqlite3_errmsg(connection),
                              .busy_seconds = busy_seconds});
  }

  sqlite3* connection = nullptr;
  std::string path;
  double busy_seconds = 30;
  Clock::time_point busy_since;
};

namespace {

// SQLite's own handler sleeps up to 100 ms between looks; commits here last some milliseconds, and
// two processes that take turns would mostly sleep.
int WaitForLock(void* context, int looks) {
  auto* handle = static_cast<Database::Handle*>(context);
  const auto now = Database::Handle::Clock::now();
  if (looks == 0) handle->busy_since = now;
  const std::chrono::duration<double> waited = now - handle->busy_since;
  if (waited.count() >= handle->busy_seconds) return 0;
  std::this_thread::sleep_for(std::chrono::milliseconds(looks < 20 ? 1 : 5));
  return 1;
}

// A ledger has no triggers, no views and no use for functions in its schema: a file that was
// prepared by somebody else does not get to run any.
void TrustNoSchema(sqlite3* connection) {
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
}

// As a URI, with everything escaped that could mean something there.
std::string ImmutableUri(const std::string& path) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string uri = "file:";
  for (const unsigned char c : path) {
    if (std::isalnum(c) || c == '/' || c == '.' || c == '-' || c == '_') {
      uri += static_cast<char>(c);
    } else {
      uri += {'%', kHex[c >> 4], kHex[c & 15]};
    }
  }
  return uri + "?immutable=1";
}

int OpenHandle(Database::Handle& handle, const std::string& name, int flags) {
  errno = 0;
  // NOMUTEX: a Database is used by one thread at a time.
  const int code =
      sqlite3_open_v2(name.c_str(), &handle.connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) return code;
  sqlite3_extended_result_codes(handle.connection, 1);
  sqlite3_busy_handler(handle.connection, WaitForLock, &handle);
  TrustNoSchema(handle.connection);
  return SQLITE_OK;
}

int ReadFirstPage(sqlite3* connection) {
  errno = 0;
  return sqlite3_exec(connection, "PRAGMA user_version", nullptr, nullptr, nullptr);
}

// A database in WAL mode needs a -wal and a -shm beside it, even to be read. Where they cannot be
// made (read-only medium, somebody else's folder) and no -wal is there, every write has reached
// the file and nobody has it open: it can be read as it stands. With a -wal beside it that would
// miss what is in there, with a -journal (a process died while it made the ledger) it would read
// half a transaction, so then the failure stays one.
Status FallBackToImmutable(Database::Handle& handle) {
  const int code = ReadFirstPage(handle.connection);
  if ((code & 0xff) != SQLITE_CANTOPEN && (code & 0xff) != SQLITE_READONLY) return {};
  const Error failure = handle.Failure(code);
  std::error_code ignored;
  for (const char* suffix : {"-wal", "-journal"}) {
    if (std::filesystem::exists(handle.path + suffix, ignored)) return failure;
  }
  sqlite3_close_v2(std::exchange(handle.connection, nullptr));
  const int again =
      OpenHandle(handle, ImmutableUri(handle.path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  if (again != SQLITE_OK) return handle.Failure(again);
  return {};
}

}  // namespace

Database::Database(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::Open(const std::string& path, Mode mode, double busy_seconds) {
  auto handle = std::make_unique<Handle>();
  handle->busy_seconds = busy_seconds;
  // Absolute: ":memory:" and "file:..." are file names here, and a later chdir changes nothing.
  handle->path = std::filesystem::absolute(path).string();
  // kRead asks for writing, too, so that the last reader removes -wal and -shm again; SQLite falls
  // back to reading by itself where the file is read-only. query_only keeps it from writing.
  const int flags = SQLITE_OPEN_READWRITE | (mode == Mode::kWrite ? SQLITE_OPEN_CREATE : 0);
  if (const int code = OpenHandle(*handle, handle->path, flags); code != SQLITE_OK) {
    return handle->Failure(code);
  }
  if (mode == Mode::kRead) FATHOM_RETURN_IF_ERROR(FallBackToImmutable(*handle));
  handle->path = sqlite3_db_filename(handle->connection, "main");
  Database database(std::move(handle));
  // cache_size: at most 64 MiB, as far as pages are used. No mmap: an I/O error under a mapping is
  // a SIGBUS, not an Error. cell_size_check: damage shows when a page is read. journal_size_limit:
  // a -wal that one big commit left behind shrinks to 16 MiB.
  FATHOM_RETURN_IF_ERROR(
      database.Execute("PRAGMA cache_size = -65536; PRAGMA mmap_size = 0;"
                       "PRAGMA cell_size_check = on; PRAGMA journal_size_limit = 16777216"));
  if (mode == Mode::kRead) FATHOM_RETURN_IF_ERROR(database.Execute("PRAGMA query_only = on"));
  return database;
}

const std::string& Database::path() const { return handle_->path; }

Status Database::Execute(const char* sql) {
  errno = 0;
  const int code = sqlite3_exec(handle_->connection, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return handle_->Failure(code);
  return {};
}

Result<int64_t> Database::Number(const char* sql) {
  FATHOM_ASSIGN_OR_RETURN(Statement statement, Statement::Prepare(*this, sql));
  FATHOM_ASSIGN_OR_RETURN(const bool found, statement.Step());
  return found ? statement.Int(0) : 0;
}

Result<std::string> Database::Text(const char* sql) {
  FATHOM_ASSIGN_OR_RETURN(Statement statement, Statement::Prepare(*this, sql));
  FATHOM_ASSIGN_OR_RETURN(const bool found, statement.Step());
  return found ? statement.Bytes(0) : std::string();
}

double Database::SetBusySeconds(double seconds) {
  return std::exchange(handle_->busy_seconds, seconds);
}

int64_t Database::LastId() const { return sqlite3_last_insert_rowid(handle_->connection); }
int64_t Database::Changes() const { return sqlite3_changes64(handle_->connection); }

Statement::Statement(Database::Handle* handle, sqlite3_stmt* statement)
    : handle_(handle), statement_(statement) {}

Statement::Statement(Statement&& other) noexcept
    : handle_(other.handle_),
      statement_(std::exchange(other.statement_, nullptr)),
      bind_code_(other.bind_code_) {}

Statement::~Statement() { sqlite3_finalize(statement_); }

Result<Statement> Statement::Prepare(Database& database, const char* sql) {
  Database::Handle* handle = database.handle_.get();
  sqlite3_stmt* statement = nullptr;
  errno = 0;
  const int code = sqlite3_prepare_v3(handle->connection, sql, -1, 0, &statement, nullptr);
  if (code != SQLITE_OK) return handle->Failure(code);
  return Statement(handle, statement);
}

void Statement::BindAt(int index, int64_t value) {
  const int code = sqlite3_bind_int64(statement_, index, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::BindAt(int index, double value) {
  const int code = sqlite3_bind_double(statement_, index, value);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::BindAt(int index, std::string_view value) {
  const char* data = value.data() != nullptr ? value.data() : "";  // nullptr would bind NULL
  const int code =
      sqlite3_bind_text64(statement_, index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

void Statement::BindAt(int index, Blob value) {
  const char* data = value.bytes.data() != nullptr ? value.bytes.data() : "";
  const int code = sqlite3_bind_blob64(statement_, index, data, value.bytes.size(), SQLITE_STATIC);
  if (bind_code_ == SQLITE_OK) bind_code_ = code;
}

Result<bool> Statement::Step() {
  errno = 0;
  const int code = bind_code_ != SQLITE_OK ? bind_code_ : sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return handle_->Failure(code);
}

void Statement::Reset() {
  sqlite3_reset(statement_);
  bind_code_ = SQLITE_OK;
}

Status Statement::Finish() {
  Result<bool> more = true;
  while (more.ok() && *more) more = Step();
  Reset();
  if (!more.ok()) return more.error();
  return {};
}

int64_t Statement::Int(int column) const { return sqlite3_column_int64(statement_, column); }
double Statement::Real(int column) const { return sqlite3_column_double(statement_, column); }

std::string_view Statement::View(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);  // nullptr when it is empty
  const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(static_cast<const char*>(data), size);
}

std::string Statement::Bytes(int column) const { return std::string(View(column)); }

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Result<Transaction> Transaction::Begin(Database& database, Kind kind) {
  if (kind == Kind::kRead) {
    FATHOM_RETURN_IF_ERROR(database.Execute("BEGIN"));
    return Transaction(&database);
  }
  FATHOM_RETURN_IF_ERROR(database.Execute(kind == Kind::kWrite ? "PRAGMA synchronous = FULL"
                                                               : "PRAGMA synchronous = NORMAL"));
  FATHOM_RETURN_IF_ERROR(database.Execute("BEGIN IMMEDIATE"));
  return Transaction(&database);
}

Transaction::~Transaction() {
  // A failed rollback means that SQLite has rolled back already.
  if (database_ != nullptr) static_cast<void>(database_->Execute("ROLLBACK").ok());
}

Status Transaction::Commit() {
  FATHOM_RETURN_IF_ERROR(database_->Execute("COMMIT"));
  database_ = nullptr;
  return {};
}

}  // namespace fathom
