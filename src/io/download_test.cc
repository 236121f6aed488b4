// Goal: whatever the network does, the part file ends up as exactly the server's file or the user
// learns why not. Method: a server inside the test that breaks connections on demand.
#include "io/download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace fathom {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kUrl = "https://models.example/tiny.gguf";

// One file with a version; each Get delivers at most `bytes_per_try` and then breaks.
class FakeServer : public HttpClient {
 public:
  std::string content = "0123456789";
  std::string validator = "\"v1\"";
  size_t bytes_per_try = 1000;
  bool can_resume = true;
  bool honours_if_range = true;
  bool tells_size = true;
  Status answer;  // an error: what every Get returns
  std::function<void()> after_get;
  std::vector<uint64_t> offsets;  // of the requests so far

  Status Get(const HttpRequest& request, const std::function<bool()>&, HttpSink& sink) override {
    offsets.push_back(request.offset);
    if (!answer.ok()) return answer;
    const Status status = Serve(request, sink);
    if (after_get) after_get();
    return status;
  }

 private:
  Status Serve(const HttpRequest& request, HttpSink& sink) const {
    const bool current = !honours_if_range || request.if_range == validator;
    const uint64_t begin = can_resume && request.offset > 0 && current ? request.offset : 0;
    std::optional<uint64_t> total;
    if (tells_size) total = content.size();
    if (begin > 0 && begin >= content.size()) return sink.OnHead({416, validator, 0, total});
    FATHOM_RETURN_IF_ERROR(sink.OnHead({begin > 0 ? 206 : 200, validator, begin, total}));
    const std::string body = content.substr(begin, bytes_per_try);
    FATHOM_RETURN_IF_ERROR(
        sink.OnBytes({reinterpret_cast<const uint8_t*>(body.data()), body.size()}));
    if (begin + body.size() == content.size()) return {};
    return Status(ErrorCode::kUnavailable, "connection reset");
  }
};

class DownloadTest : public testing::Test {
 protected:
  DownloadTest() {
    std::filesystem::remove_all(folder_);
    hooks_.wait = [this](std::chrono::milliseconds time) { waits_.push_back(time.count()); };
    hooks_.on_note = [this](const std::string& note) { notes_ += note + "\n"; };
  }
  ~DownloadTest() override { std::filesystem::remove_all(folder_); }

  Status Fetch(const std::string& url = kUrl) {
    auto part = PartFile::Open(path_);
    EXPECT_TRUE(part.ok());
    return Download(server_, url, &*part, hooks_);
  }

  std::string Held() const {
    std::ifstream file(path_);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }

  const std::string folder_ = testing::TempDir() + "/fathom_download_" +
                              testing::UnitTest::GetInstance()->current_test_info()->name();
  const std::string path_ = folder_ + "/sub/tiny.gguf.part";
  FakeServer server_;
  DownloadHooks hooks_;
  std::vector<int64_t> waits_;  // milliseconds
  std::string notes_;
};

TEST_F(DownloadTest, FetchesAFileInOneGo) {
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(server_.offsets, ElementsAre(0));
}

TEST_F(DownloadTest, GoesOnWhereTheConnectionBroke) {
  server_.bytes_per_try = 4;
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(server_.offsets, ElementsAre(0, 4, 8));
  EXPECT_THAT(waits_, ElementsAre(1000, 1000));  // each try brought something
  EXPECT_THAT(notes_, HasSubstr("connection reset; trying again in 1 s"));
}

TEST_F(DownloadTest, GivesUpWhenNothingArrivesAnyMoreAndKeepsWhatThereIs) {
  server_.bytes_per_try = 4;
  server_.after_get = [&] { server_.bytes_per_try = 0; };
  const Status status = Fetch();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().message, "connection reset");
  EXPECT_THAT(waits_, ElementsAre(1000, 2000, 4000, 8000));
  EXPECT_EQ(Held(), "0123");

  server_.after_get = nullptr;
  server_.bytes_per_try = 100;
  server_.offsets.clear();
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(server_.offsets, ElementsAre(4));
}

TEST_F(DownloadTest, DoesNotInsistOnAServerThatNeverAnswered) {
  server_.answer = Status(ErrorCode::kUnavailable, "could not resolve host");
  EXPECT_FALSE(Fetch().ok());
  EXPECT_THAT(waits_, ElementsAre());
}

TEST_F(DownloadTest, StartsAgainWhenTheServerCannotResume) {
  server_.bytes_per_try = 4;
  server_.can_resume = false;
  server_.after_get = [&] { server_.bytes_per_try = 100; };
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(notes_, HasSubstr("the server cannot resume: starting again"));
}

// Both kinds of server: one that answers If-Range with the whole new file, one that ignores it.
TEST_F(DownloadTest, NeverJoinsTwoVersions) {
  for (const bool honours_if_range : {true, false}) {
    std::filesystem::remove_all(folder_);
    server_ = FakeServer();
    server_.honours_if_range = honours_if_range;
    server_.bytes_per_try = 4;
    server_.after_get = [&] {
      server_.content = "abcdefghijkl";
      server_.validator = "\"v2\"";
      server_.bytes_per_try = 100;
    };
    ASSERT_TRUE(Fetch().ok());
    EXPECT_EQ(Held(), "abcdefghijkl");
    EXPECT_THAT(notes_, HasSubstr("the file on the server has changed"));
  }
}

TEST_F(DownloadTest, NeverJoinsTwoUrls) {
  server_.bytes_per_try = 4;
  server_.after_get = [&] { server_.answer = Status(ErrorCode::kNotFound, "gone"); };
  ASSERT_FALSE(Fetch().ok());
  EXPECT_EQ(Held(), "0123");
  server_ = FakeServer();
  ASSERT_TRUE(Fetch("https://models.example/other.gguf").ok());
  EXPECT_THAT(server_.offsets, ElementsAre(0));
}

TEST_F(DownloadTest, WithoutAValidatorNothingIsResumed) {
  server_.validator = "";
  server_.bytes_per_try = 4;
  server_.after_get = [&] { server_.bytes_per_try = 100; };
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(server_.offsets, ElementsAre(0, 0));
}

TEST_F(DownloadTest, KnowsThatAllBytesAreThere) {
  ASSERT_TRUE(Fetch().ok());
  ASSERT_TRUE(Fetch().ok());  // 416: nothing beyond
  EXPECT_EQ(Held(), "0123456789");
  EXPECT_THAT(server_.offsets, ElementsAre(0, 10));
}

TEST_F(DownloadTest, StartsAgainWhenMoreIsHeldThanTheServerHas) {
  ASSERT_TRUE(Fetch().ok());
  server_.content = "01234";
  ASSERT_TRUE(Fetch().ok());
  EXPECT_EQ(Held(), "01234");
}

TEST_F(DownloadTest, RefusesAFileThatCannotFitBeforeItsFirstByte) {
  class Huge : public HttpClient {
    Status Get(const HttpRequest&, const std::function<bool()>&, HttpSink& sink) override {
      return sink.OnHead({200, "\"v\"", 0, uint64_t{1} << 60});
    }
  } server;
  auto part = PartFile::Open(path_);
  ASSERT_TRUE(part.ok());
  const Status status = Download(server, kUrl, &*part, hooks_);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kIo);
  EXPECT_THAT(status.error().message, HasSubstr("not enough space"));
  EXPECT_THAT(status.error().message, HasSubstr("FATHOM_CACHE"));
}

TEST_F(DownloadTest, CancellingEndsTheWait) {
  server_.bytes_per_try = 4;
  hooks_.wait = nullptr;
  hooks_.is_cancelled = [&] { return !server_.offsets.empty(); };
  const Status status = Fetch();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_THAT(server_.offsets, ElementsAre(0));
}

TEST_F(DownloadTest, TwoProcessesDoNotMixTheirBytes) {
  auto first = PartFile::Open(path_);
  ASSERT_TRUE(first.ok());
  const auto second = PartFile::Open(path_);
  ASSERT_FALSE(second.ok());
  EXPECT_THAT(second.error().message, HasSubstr("another process"));
}

}  // namespace
}  // namespace fathom
