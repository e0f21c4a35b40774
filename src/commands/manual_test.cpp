#include "shelduck/commands/manual.hpp"

#include <gtest/gtest.h>

#include "shelduck/commands/shell_for_test.hpp"
#include "shelduck/commands/table.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"

namespace shelduck::commands {
namespace {

TEST(Manual, HasAPageForEveryCommand) {
  const auto pages = manual_pages("1.2.3");
  ASSERT_EQ(pages.size(), all_commands().size() + 1);
  EXPECT_EQ(pages.front().file_name, "shelduck.1");
  EXPECT_EQ(pages.at(1).file_name, "shelduck-exec.1");
  for (const ManualPage& page : pages) {
    EXPECT_TRUE(page.text.starts_with(".TH SHELDUCK")) << page.file_name;
    EXPECT_NE(page.text.find("shelduck 1.2.3"), std::string::npos);
  }
}

TEST(Manual, GroffHasNothingToComplainAbout) {
  if (!has_program("groff")) GTEST_SKIP() << "groff is not here";
  const TemporaryFolder folder;
  std::string files;
  for (const ManualPage& page : manual_pages("1.2.3")) {
    files += " " + folder.write(page.file_name, page.text).string();
  }
  EXPECT_EQ(output_of("groff -man -Tutf8 -ww -z" + files), "");
  EXPECT_NE(output_of("groff -man -Tascii -P-c " + folder.path().string() + "/shelduck-exec.1")
                .find("--require-record"),
            std::string::npos);
}

}  // namespace
}  // namespace shelduck::commands
