#include "shelduck/commands/help.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "shelduck/commands/table.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::commands {
namespace {

TEST(Help, EveryTopicHasExamplesAndStaysWithinItsWidth) {
  std::vector<std::string> topics{""};
  for (const Command* command : all_commands()) topics.emplace_back(command->path);
  for (const Group& group : all_groups()) topics.emplace_back(group.path);
  for (const std::string& topic : topics) {
    SCOPED_TRACE(topic);
    const std::string text = help_text(topic, {.width = 100});
    EXPECT_NE(text.find("Examples\n"), std::string::npos);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
      const bool as_written = line.find("shelduck ") != std::string::npos;
      EXPECT_TRUE(as_written || display_width(line) <= 100) << line;
    }
  }
}

TEST(Help, NamesOptionsDefaultsChoicesAndExitCodes) {
  const std::string text = help_text("history trend", {});
  for (const char* piece : {"-m, --metric METRIC", "wall_clock_seconds", "Default: week", "Usage",
                            "PLUGIN", "--db PATH", "wrong usage"}) {
    EXPECT_NE(text.find(piece), std::string::npos) << piece;
  }
}

TEST(Help, UsesColourOnlyWhenAsked) {
  EXPECT_EQ(help_text("exec", {}).find('\033'), std::string::npos);
  EXPECT_NE(help_text("exec", {.color = Color::on}).find("\033[1m"), std::string::npos);
}

TEST(Help, SuggestsTheNearTopic) {
  try {
    static_cast<void>(help_text("history stat", {}));
    FAIL() << "it was found";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
    EXPECT_NE(error.detail().hint.find("history stats"), std::string::npos);
  }
}

TEST(Help, ShowsUsageWithWhatIsNeeded) {
  EXPECT_EQ(usage_line("exec"), "shelduck exec --plugin NAME [options] -- COMMAND...");
  EXPECT_EQ(usage_line("history import"), "shelduck history import FORMAT [FILE...] [options]");
  EXPECT_EQ(usage_line("history"), "shelduck history COMMAND [options]");
}

TEST(Wrapped, BreaksBetweenWordsAndKeepsParagraphs) {
  EXPECT_EQ(wrapped("one two three", 8, ""), "one two\nthree\n");
  EXPECT_EQ(wrapped("a b\n\nc", 80, "  "), "  a b\n\n  c\n");
  EXPECT_EQ(wrapped("  kept as it is", 8, ""), "  kept as it is\n");
  EXPECT_EQ(wrapped("unbreakable", 4, ""), "unbreakable\n");
}

TEST(Help, LeavesOutCommonOptionsThatMeanNothingThere) {
  const std::string text = help_text("sensors simulate", {});
  for (const char* option : {"--db", "--json", "--tz", "--disk-floor", "--wait"}) {
    EXPECT_EQ(text.find(option), std::string::npos) << option;
  }
  EXPECT_NE(text.find("--quiet"), std::string::npos);
  EXPECT_EQ(help_text("sensors export", {}).find("--json"), std::string::npos);
}

TEST(Help, ShowsAnOptionOfTheCommandInPlaceOfTheCommonOne) {
  const std::string text = help_text("sensors nodes", {});
  const std::size_t first = text.find("--db PATH");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("--db PATH", first + 1), std::string::npos);
}

}  // namespace
}  // namespace shelduck::commands
