#include "shelduck/interop/logs/log_files.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

namespace fs = std::filesystem;

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "shelduck-logs-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { fs::remove_all(path_); }

  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Lines file_names(const std::vector<std::string>& paths) {
  Lines names;
  for (const std::string& path : paths) names.push_back(fs::path{path}.filename().string());
  return names;
}

TEST(LogFiles, RotatedSetIsOneHistoryAndJoinsWhatRotationCut) {
  const auto paths = rotated_files(corpus_path("apt/rotated/history.log"));
  EXPECT_EQ(file_names(paths),
            (Lines{"history.log.3.xz", "history.log.2.gz", "history.log.1", "history.log"}));
  const CollectedLog log = read_lines(Format::apt, open_logs(paths));
  EXPECT_EQ(told(log), (Lines{"2024-01-01T10:00:00Z 1s success apt install one",
                              "2024-02-01T10:00:00Z 2s success apt install two",
                              "2024-02-29T23:59:50Z 30s success apt install three",
                              "2024-03-02T10:00:00Z 4s success apt install four"}));
  EXPECT_TRUE(log.rejects.empty());
  EXPECT_EQ(log.entries.at(2).part, 2U);
  EXPECT_EQ(log.entries.at(3).part, 3U);
}

TEST(LogFiles, OlderPartsAreEnough) {
  const TemporaryFolder folder;
  fs::copy_file(corpus_path("apt/complete.log"), folder.path() / "history.log.1");
  const auto paths = rotated_files((folder.path() / "history.log").string());
  EXPECT_EQ(file_names(paths), Lines{"history.log.1"});
  EXPECT_EQ(read_lines(Format::apt, open_logs(paths)).entries.size(), 1U);
}

TEST(LogFiles, MissingLogIsNotFound) {
  const TemporaryFolder folder;
  for (const fs::path& path : {folder.path() / "apt.log", folder.path() / "none" / "apt.log"}) {
    try {
      static_cast<void>(rotated_files(path.string()));
      FAIL() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::not_found);
      EXPECT_EQ(error.detail().value, path.string());
    }
  }
}

}  // namespace
}  // namespace shelduck::interop::logs
