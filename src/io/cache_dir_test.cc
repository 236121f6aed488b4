// Goal: program and set-up agree on the folder.
#include "io/cache_dir.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace fathom {
namespace {

TEST(CacheDir, FirstVariableThatIsSetAndNotEmpty) {
  setenv("HOME", "/home/li", 1);
  unsetenv("FATHOM_CACHE");
  unsetenv("XDG_CACHE_HOME");
  EXPECT_EQ(CacheDir(), "/home/li/.cache/fathom");
  setenv("XDG_CACHE_HOME", "/xdg", 1);
  setenv("FATHOM_CACHE", "", 1);
  EXPECT_EQ(CacheDir(), "/xdg/fathom");
  setenv("FATHOM_CACHE", "/ours", 1);
  EXPECT_EQ(CacheDir(), "/ours");
}

}  // namespace
}  // namespace fathom
