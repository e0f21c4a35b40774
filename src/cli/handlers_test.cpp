#include "shelduck/cli/handlers.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/commands/table.hpp"

namespace shelduck::cli {
namespace {

using commands::CommandClass;

TEST(Handlers, BindEveryCommandOfTheEngineOnce) {
  for (const commands::Command* command : commands::all_commands()) {
    const auto bound =
        std::count_if(all_bindings().begin(), all_bindings().end(),
                      [&](const Binding& binding) { return binding.path == command->path; });
    // The rooms above bind the rest.
    const bool is_elsewhere = command->command_class == CommandClass::local ||
                              command->command_class == CommandClass::server ||
                              command->path == "token add";
    EXPECT_EQ(bound, is_elsewhere ? 0 : 1) << command->path;
  }
}

TEST(Handlers, BindNothingThatTheTableDoesNotKnow) {
  for (const Binding& binding : all_bindings()) {
    EXPECT_NE(commands::find_command(binding.path), nullptr) << binding.path;
  }
}

// What is asked for by its name cannot be there.
constexpr std::array<std::string_view, 7> kOfOneThing{
    "history show",  "sensors latest",  "sensors stats",   "sensors hourly",
    "sensors daily", "sensors quality", "sensors forecast"};

TEST(Handlers, AnswerEveryQuestionAlsoWhereNothingIsRecorded) {
  for (const Binding& binding : all_bindings()) {
    const commands::Command* command = commands::find_command(binding.path);
    const bool needs_an_answer = command != nullptr &&
                                 command->command_class == CommandClass::question &&
                                 std::ranges::find(kOfOneThing, binding.path) == kOfOneThing.end();
    EXPECT_EQ(binding.without_history != nullptr, needs_an_answer) << binding.path;
  }
}

}  // namespace
}  // namespace shelduck::cli
