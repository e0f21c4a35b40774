#include "shelduck/interop/plan_file.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

std::string message_of(const std::string& text) {
  try {
    (void)parse_plan(text, "waves.json");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_FALSE(error.detail().field.empty());
    EXPECT_FALSE(error.detail().rule.empty());
    return error.what();
  }
  return "accepted";
}

TEST(PlanFile, ReadsWavesAndMutexes) {
  const auto plan = parse_plan(R"({"waves": [["apt", "snap"],
                                             {"plugins": ["npm", "cargo"], "max_parallel": 2}],
                                   "mutexes": [["apt", "snap"]]})",
                               "waves.json");
  EXPECT_EQ(plan.name, "waves.json");
  ASSERT_EQ(plan.waves.size(), 2U);
  EXPECT_EQ(plan.waves[0].plugins, (std::vector<std::string>{"apt", "snap"}));
  EXPECT_EQ(plan.waves[0].max_parallel, 0U);
  EXPECT_EQ(plan.waves[1].plugins, (std::vector<std::string>{"npm", "cargo"}));
  EXPECT_EQ(plan.waves[1].max_parallel, 2U);
  ASSERT_EQ(plan.mutexes.size(), 1U);
  EXPECT_EQ(plan.mutexes[0], (std::vector<std::string>{"apt", "snap"}));
}

TEST(PlanFile, BothListsMayBeMissing) {
  const auto plan = parse_plan("{}", "empty.json");
  EXPECT_TRUE(plan.waves.empty());
  EXPECT_TRUE(plan.mutexes.empty());
}

TEST(PlanFile, RefusesByName) {
  EXPECT_EQ(message_of("{"), "the plan's text 'waves.json' is refused: the file is no JSON");
  EXPECT_EQ(message_of("[]"), "entry 'a list' is refused: an object is needed");
  EXPECT_EQ(message_of(R"({"wave": []})"),
            "the plan's member 'wave' is refused: one of waves and mutexes is needed");
  EXPECT_EQ(message_of(R"({"waves": [["apt", 3]]})"),
            "the plan's waves[0][1] 'number' is refused: a plugin name is needed");
  EXPECT_EQ(message_of(R"({"waves": [[]]})"),
            "the plan's waves[0] '[]' is refused: a wave holds at least one plugin");
  EXPECT_EQ(message_of(R"({"waves": [{"plugins": ["apt"], "max_parallel": 0}]})"),
            "waves[0].max_parallel '0' is refused: a whole number from 1 is needed");
  EXPECT_EQ(message_of(R"({"waves": [["apt"], ["apt"]]})"),
            "the plan's waves 'apt' is refused: a plugin stands in one wave, once");
  EXPECT_EQ(message_of(R"({"mutexes": ["apt"]})"),
            "the plan's mutexes[0] 'string' is refused: a list of plugin names is needed");
}

}  // namespace
}  // namespace shelduck::interop
