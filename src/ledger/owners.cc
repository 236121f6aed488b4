#include "ledger/owners.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

namespace fathom {
namespace {

std::string PathOf(const std::string& ledger) { return ledger + "-owners"; }

Error OwnersError(const std::string& path, const char* what, int error) {
  return {ErrorCode::kIo, path + ": " + what + ": " + std::generic_category().message(error) +
                              "; check the permissions of the file and its folder, put the ledger "
                              "on a local disk (FATHOM_LEDGER), or SET ai_cache = false to run "
                              "without it"};
}

struct flock ByteOf(OwnerId id, short type) {
  struct flock lock = {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = id;
  lock.l_len = 1;
  return lock;
}

Status RemoveDead(Database& database, const OwnersFile& owners) {
  std::vector<OwnerId> dead;
  {
    FATHOM_ASSIGN_OR_RETURN(Statement all, Statement::Prepare(database, "SELECT id FROM owners"));
    while (true) {
      FATHOM_ASSIGN_OR_RETURN(const bool more, all.Step());
      if (!more) break;
      if (!owners.IsHeldByOthers(all.Int(0))) dead.push_back(all.Int(0));
    }
  }
  for (const OwnerId owner : dead) FATHOM_RETURN_IF_ERROR(UnregisterOwner(database, owner));
  return {};
}

}  // namespace

OwnersFile::OwnersFile(std::string path, int descriptor, bool unknown)
    : path_(std::move(path)), descriptor_(descriptor), unknown_(unknown) {}

OwnersFile::OwnersFile(OwnersFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      unknown_(other.unknown_) {}

OwnersFile::~OwnersFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

Result<OwnersFile> OwnersFile::Open(const std::string& ledger) {
  const std::string path = PathOf(ledger);
  const int descriptor = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return OwnersError(path, "cannot be opened", errno);
  return OwnersFile(path, descriptor, false);
}

OwnersFile OwnersFile::Look(const std::string& ledger) {
  const std::string path = PathOf(ledger);
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  return OwnersFile(path, descriptor, descriptor < 0 && errno != ENOENT);
}

Result<bool> OwnersFile::Lock(OwnerId id) {
  struct flock lock = ByteOf(id, F_WRLCK);
  if (fcntl(descriptor_, F_OFD_SETLK, &lock) == 0) return true;
  if (errno == EAGAIN || errno == EACCES) return false;
  return OwnersError(path_, "cannot be locked", errno);
}

bool OwnersFile::IsHeldByOthers(OwnerId id) const {
  if (descriptor_ < 0) return unknown_;
  struct flock lock = ByteOf(id, F_RDLCK);
  // A question that fails (the system is out of locks) leaves the owner alive: the worst that
  // comes of it is waiting.
  return fcntl(descriptor_, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

Result<OwnerId> RegisterOwner(Database& database, OwnersFile& owners) {
  FATHOM_ASSIGN_OR_RETURN(Transaction transaction,
                          Transaction::Begin(database, Transaction::Kind::kVolatile));
  FATHOM_RETURN_IF_ERROR(RemoveDead(database, owners));
  // The lock comes before the commit: whoever sees the row sees the lock, too. A byte can be taken
  // by somebody who has a ledger open that was removed and made anew here; its number is skipped.
  while (true) {
    FATHOM_RETURN_IF_ERROR(database.Execute("INSERT INTO owners DEFAULT VALUES"));
    const OwnerId owner = database.LastId();
    FATHOM_ASSIGN_OR_RETURN(const bool locked, owners.Lock(owner));
    if (locked) {
      FATHOM_RETURN_IF_ERROR(transaction.Commit());
      return owner;
    }
    FATHOM_RETURN_IF_ERROR(UnregisterOwner(database, owner));
  }
}

Status UnregisterOwner(Database& database, OwnerId owner) {
  FATHOM_ASSIGN_OR_RETURN(Statement claims,
                          Statement::Prepare(database, "DELETE FROM claims WHERE owner = ?"));
  FATHOM_RETURN_IF_ERROR(claims.Run(owner));
  FATHOM_ASSIGN_OR_RETURN(Statement row,
                          Statement::Prepare(database, "DELETE FROM owners WHERE id = ?"));
  return row.Run(owner);
}

}  // namespace fathom
