#include "shelduck/commands/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/value_rule.hpp"

namespace shelduck::commands {
namespace {

// The words that parse() sees when a shell runs this line: redirections, pipes and what encloses a
// command substitution are the shell's own.
std::vector<std::string> words_of(std::string line) {
  const std::size_t begin = line.find("shelduck ");
  line = line.substr(begin + 9);
  line =
      line.substr(0, std::min({line.find(')'), line.find(" >"), line.find(" <"), line.find(" |")}));
  std::istringstream in{line};
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

TEST(CommandTable, EveryExampleParsesToItsCommand) {
  for (const Command* command : all_commands()) {
    for (const Example& example : command->examples) {
      SCOPED_TRACE(std::string(example.line));
      const ParsedCommand parsed = parse(words_of(std::string(example.line)));
      EXPECT_EQ(parsed.command, command);
      EXPECT_FALSE(example.effect.empty());
    }
  }
}

TEST(CommandTable, EveryCommandExplainsItself) {
  for (const Command* command : all_commands()) {
    SCOPED_TRACE(std::string(command->path));
    EXPECT_FALSE(command->summary.empty());
    EXPECT_FALSE(command->summary.ends_with('.'));
    EXPECT_TRUE(command->description.ends_with('.') || command->description.ends_with(')') ||
                command->description.ends_with('`'));
    EXPECT_FALSE(command->examples.empty());
    EXPECT_FALSE(command->exit_codes.empty());
    for (const Option& option : command->options) EXPECT_TRUE(option.help.ends_with('.'));
    for (const Positional& positional : command->positionals) EXPECT_FALSE(positional.help.empty());
  }
}

TEST(CommandTable, PathsAreUniqueAndReachableThroughGroups) {
  std::set<std::string_view> paths;
  for (const Command* command : all_commands()) {
    EXPECT_TRUE(paths.insert(command->path).second) << command->path;
    const std::size_t space = command->path.rfind(' ');
    if (space != std::string_view::npos) {
      EXPECT_NE(find_group(command->path.substr(0, space)), nullptr) << command->path;
    }
    EXPECT_EQ(find_command(command->path), command);
  }
  EXPECT_EQ(find_command("history"), nullptr);
}

TEST(CommandTable, OptionsOfACommandHaveDifferentNamesAndLetters) {
  for (const Command* command : all_commands()) {
    std::set<std::string_view> names;
    std::set<char> letters;
    for (const Option& option : command->options) {
      SCOPED_TRACE(std::string(command->path) + " --" + std::string(option.name));
      EXPECT_TRUE(names.insert(option.name).second);
      if (option.letter != '\0') {
        EXPECT_TRUE(letters.insert(option.letter).second);
      }
      EXPECT_EQ(option.type == ValueType::flag, option.value_name.empty());
      const bool has_choices =
          option.type == ValueType::choice || option.type == ValueType::mapping;
      EXPECT_EQ(has_choices, !option.choices.empty());
    }
  }
}

TEST(CommandTable, DefaultsKeepTheirOwnRules) {
  const auto check = [](const Option& option) {
    if (!option.fallback.empty()) {
      EXPECT_NO_THROW(check_value(option, option.fallback, option.name)) << option.name;
    }
  };
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) check(option);
  }
  for (const Option& option : global_options()) check(option);
}

// A setting's name means the same everywhere, because environment and file name it only once.
// Commands on files of series have no settings: a `level` of the history is not meant for them.
TEST(CommandTable, SettingsOfOneNameAreAlike) {
  for (const Command* command : all_commands()) {
    for (const Option& option : command->options) {
      for (const Command* other : all_commands()) {
        for (const Option& twin : other->options) {
          if (twin.name != option.name || option.source != Source::setting) continue;
          if (other->command_class == CommandClass::file) continue;
          if (other->path == "sensors simulate") continue;  // its days are to come
          EXPECT_EQ(twin.type, option.type) << option.name;
          EXPECT_EQ(twin.fallback, option.fallback) << option.name;
          EXPECT_EQ(twin.source, option.source) << option.name;
        }
      }
    }
  }
}

TEST(CommandTable, EveryExitCodeHasAMeaning) {
  for (const int code : {0, 1, 2, 3, 4, 5, 6, 126, 127, 130}) {
    EXPECT_NE(exit_code_meaning(code), exit_code_meaning(99)) << code;
  }
}

TEST(CommandTable, ClassesFollowTheServerContract) {
  EXPECT_EQ(find_command("exec")->command_class, CommandClass::local);
  EXPECT_EQ(find_command("history import")->command_class, CommandClass::record);
  EXPECT_EQ(find_command("history stats")->command_class, CommandClass::question);
  EXPECT_EQ(find_command("db quarantine drop")->command_class, CommandClass::admin);
  EXPECT_EQ(to_string(CommandClass::admin), "admin");
}

}  // namespace
}  // namespace shelduck::commands
