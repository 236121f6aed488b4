// Which Ledgers are open right now, told by locks of the operating system that die with them.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "ledger/database.h"

namespace fathom {

using OwnerId = int64_t;  // > 0

// The file PATH-owners: it stays empty. The owner `id` holds a lock on its byte `id`; a lock may
// lie beyond the end of a file. The locks belong to an open file description (F_OFD_SETLK), so two
// Ledgers of one process see each other, and closing some other descriptor drops none.
// Threads: const members may be called concurrently.
class OwnersFile {
 public:
  // `ledger` is Database::path(). Makes the file (mode 0600). Errors: kIo.
  static Result<OwnersFile> Open(const std::string& ledger);
  // To look only: nothing is made. Without the file nobody is alive; where it cannot be read,
  // everybody is.
  static OwnersFile Look(const std::string& ledger);

  OwnersFile(OwnersFile&& other) noexcept;
  OwnersFile& operator=(OwnersFile&&) = delete;
  ~OwnersFile();  // ends the locks

  // False: somebody else holds the byte. Errors: kIo.
  Result<bool> Lock(OwnerId id);
  // Whether somebody else holds the byte of `id`.
  bool IsHeldByOthers(OwnerId id) const;

 private:
  OwnersFile(std::string path, int descriptor, bool unknown);

  std::string path_;
  int descriptor_ = -1;
  bool unknown_ = false;  // the file is there and cannot be opened
};

// Makes this Ledger an owner and removes those that died, with their claims.
// Errors: kIo, kCorrupt.
Result<OwnerId> RegisterOwner(Database& database, OwnersFile& owners);

// Ends all claims of `owner`, and the owner.
Status UnregisterOwner(Database& database, OwnerId owner);

}  // namespace fathom
