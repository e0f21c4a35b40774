#include "shelduck/cli/import_set.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

using interop::logs::Format;

TEST(ImportSets, TakeRotatedFilesOfOneFolderAsOneHistoryOldestFirst) {
  const auto sets = import_sets(
      Format::apt, {"/old/history.log", "/old/history.log.2.gz", "/old/history.log.1.gz"}, "box");
  ASSERT_EQ(sets.size(), 1U);
  EXPECT_EQ(sets[0].paths, (std::vector<std::string>{"/old/history.log.2.gz",
                                                     "/old/history.log.1.gz", "/old/history.log"}));
}

TEST(ImportSets, KeepLogsOfTwoFoldersApart) {
  const auto sets = import_sets(Format::ninja, {"/a/.ninja_log", "/b/.ninja_log"}, "box");
  ASSERT_EQ(sets.size(), 2U);
  EXPECT_NE(sets[0].source, sets[1].source);
}

TEST(ImportSets, AskForAFileWhereAFormatHasNoStandardPath) {
  try {
    (void)import_sets(Format::ninja, {}, "box");
    FAIL() << "import_sets() must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "FILE");
  }
}

}  // namespace
}  // namespace shelduck::cli
