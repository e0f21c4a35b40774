#include "shelduck/commands/completion.hpp"

#include <gtest/gtest.h>

#include "shelduck/commands/shell_for_test.hpp"
#include "shelduck/commands/table.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"

namespace shelduck::commands {
namespace {

// What bash offers for a line whose last word is under the cursor.
std::string bash_offers(const std::filesystem::path& script, const std::string& line) {
  return output_of("bash -c 'source " + script.string() + "; COMP_WORDS=(" + line +
                   "); COMP_CWORD=$((${#COMP_WORDS[@]}-1));"
                   " _shelduck 2>/dev/null; echo \"${COMPREPLY[*]}\"' _ ");
}

TEST(Completion, BashTakesTheScriptAndOffersWords) {
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.bash", bash_completion());
  EXPECT_EQ(output_of("bash -n " + script.string()), "");
  EXPECT_EQ(bash_offers(script, "shelduck hist"), "history\n");
  EXPECT_EQ(bash_offers(script, "shelduck history st"), "stats\n");
  EXPECT_EQ(bash_offers(script, "shelduck db quarantine r"), "retry\n");
  EXPECT_EQ(bash_offers(script, "shelduck --db x history stats --da"), "--days\n");
  EXPECT_EQ(bash_offers(script, "shelduck history trend apt --metric cpu"), "cpu_seconds\n");
  EXPECT_EQ(bash_offers(script, "shelduck completion f"), "fish\n");
  EXPECT_EQ(bash_offers(script, "shelduck history import dnf"), "dnf dnfrpm\n");
  EXPECT_EQ(bash_offers(script, "shelduck sensors nodes --js"), "--json\n");
  EXPECT_EQ(bash_offers(script, "shelduck sensors simulate --js"), "\n");
}

TEST(Completion, BashOffersTheWordsOfAPlaceOnce) {
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.bash", bash_completion());
  EXPECT_EQ(bash_offers(script, R"(shelduck history import apt "")"), "\n");
  EXPECT_EQ(bash_offers(script, "shelduck history import apt d"), "\n");
}

TEST(Completion, BashOffersTheWordsBelowACommand) {
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.bash", bash_completion());
  EXPECT_EQ(bash_offers(script, "shelduck forec"), "forecast\n");
  EXPECT_EQ(bash_offers(script, "shelduck forecast ev"), "evaluate\n");
  EXPECT_EQ(bash_offers(script, "shelduck forecast --hor"), "--horizon\n");
  EXPECT_EQ(bash_offers(script, "shelduck forecast evaluate --ref"), "--refit\n");
}

TEST(Completion, BashOffersTheValuesOfAnOption) {
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.bash", bash_completion());
  EXPECT_EQ(bash_offers(script, R"(shelduck history runs --format "")"), "table json ndjson csv\n");
  EXPECT_EQ(bash_offers(script, R"(shelduck --format "")"), "table json ndjson csv\n");
  EXPECT_EQ(bash_offers(script, "shelduck history runs --format = nd"), "ndjson\n");
}

TEST(Completion, BashOffersProgramsAfterExec) {
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.bash", bash_completion());
  EXPECT_NE(bash_offers(script, "shelduck exec --plugin x tru").find("true"), std::string::npos);
  EXPECT_NE(bash_offers(script, "shelduck exec -- tru").find("true"), std::string::npos);
  EXPECT_EQ(bash_offers(script, "shelduck exec -- true --plu"), "\n");
}

TEST(Completion, ZshTakesTheScript) {
  if (!has_program("zsh")) GTEST_SKIP() << "zsh is not here";
  const TemporaryFolder folder;
  const auto script = folder.write("_shelduck", zsh_completion());
  EXPECT_EQ(output_of("zsh -n " + script.string()), "");
}

// What fish offers for a line, without the descriptions.
std::string fish_offers(const std::filesystem::path& script, const std::string& line) {
  return output_of("fish -N -c 'source " + script.string() + "; complete -C \"" + line +
                   "\" | string replace -r \"\\t.*\" \"\" | string join \" \"; or true'");
}

TEST(Completion, FishTakesTheScriptAndOffersWords) {
  if (!has_program("fish")) GTEST_SKIP() << "fish is not here";
  const TemporaryFolder folder;
  const auto script = folder.write("shelduck.fish", fish_completion());
  EXPECT_EQ(output_of("fish --no-execute " + script.string()), "");
  EXPECT_EQ(fish_offers(script, "shelduck hist"), "history\n");
  EXPECT_EQ(fish_offers(script, "shelduck history st"), "stats\n");
  EXPECT_EQ(fish_offers(script, "shelduck db quarantine r"), "retry\n");
  EXPECT_EQ(fish_offers(script, "shelduck history stats --da"), "--days\n");
  EXPECT_EQ(fish_offers(script, "shelduck completion f"), "fish\n");
  EXPECT_EQ(fish_offers(script, "shelduck forecast eval"), "evaluate\n");
  EXPECT_EQ(fish_offers(script, "shelduck history import ninj"), "ninja\n");
  EXPECT_EQ(fish_offers(script, "shelduck history import apt ninj"), "");
}

TEST(Completion, EveryScriptKnowsEveryCommandAndOption) {
  for (const std::string& script : {bash_completion(), zsh_completion(), fish_completion()}) {
    for (const Command* command : all_commands()) {
      EXPECT_NE(script.find(std::string(command->path)), std::string::npos) << command->path;
      for (const Option& option : command->options) {
        EXPECT_NE(script.find(std::string(option.name)), std::string::npos) << option.name;
      }
    }
  }
}

}  // namespace
}  // namespace shelduck::commands
