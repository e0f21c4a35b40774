#include "shelduck/interop/prediction_json.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

std::string field_refused(std::string_view body) {
  try {
    (void)parse_prediction(body);
  } catch (const Error& error) {
    return error.detail().field;
  }
  return "taken";
}

TEST(PredictionJson, AnEmptyBodyAsksForEverything) {
  const history::PredictOptions options = parse_prediction("{}");
  EXPECT_TRUE(options.plugins.empty());
  EXPECT_EQ(options.level, 0.9);
  EXPECT_EQ(options.plan.name, "sequential");
}

TEST(PredictionJson, ReadsEveryMember) {
  const history::PredictOptions options = parse_prediction(
      R"({"plugins": ["apt", "snap"], "phase": "DOWNLOAD", "packages": 3, "download_bytes": 5000,
          "level": 80, "plan": {"mutexes": [["apt", "snap"]], "waves": [["apt", "snap"]]}})");
  EXPECT_EQ(options.plugins, (std::vector<std::string>{"apt", "snap"}));
  EXPECT_EQ(options.phase, history::Phase::download);
  EXPECT_EQ(options.packages, 3);
  EXPECT_EQ(options.download_bytes, 5000);
  EXPECT_EQ(options.level, 0.8);
  EXPECT_EQ(options.plan.waves.size(), 1U);
}

TEST(PredictionJson, APlanIsNamedByItsContent) {
  const auto name_of = [](std::string_view body) { return parse_prediction(body).plan.name; };
  const std::string one = name_of(R"({"plan": {"waves": [["a"], ["b"]], "mutexes": []}})");
  EXPECT_EQ(one, name_of(R"({"plan": {"mutexes": [],  "waves": [["a"],["b"]]}})"));
  EXPECT_NE(one, name_of(R"({"plan": {"waves": [["a", "b"]], "mutexes": []}})"));
}

TEST(PredictionJson, RefusesByName) {
  EXPECT_EQ(field_refused(R"({"plugin": "apt"})"), "plugin");
  EXPECT_EQ(field_refused(R"({"plugins": "apt"})"), "plugins");
  EXPECT_EQ(field_refused(R"({"plugins": [5]})"), "plugins");
  EXPECT_EQ(field_refused(R"({"plugins": ["apt", "apt"]})"), "plugins");
  EXPECT_EQ(field_refused(R"({"phase": "NOW"})"), "phase");
  EXPECT_EQ(field_refused(R"({"packages": -1})"), "packages");
  EXPECT_EQ(field_refused(R"({"level": 0})"), "level");
  EXPECT_EQ(field_refused(R"({"level": 100})"), "level");
  EXPECT_EQ(field_refused(R"({"plan": {"wave": []}})"), "member");
  EXPECT_EQ(field_refused("{"), "body");
}

}  // namespace
}  // namespace shelduck::interop
