#include "shelduck/interop/model_state_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

forecast::ModelState sample_state() {
  return {
      .version = 1,
      .arrays = {{"model.n", {40}},
                 {"model.level", {0.1 + 0.2, -1e-300, 1.7976931348623157e308, 9007199254740992}},
                 {"model.none", {}}},
      .words = {{"model.kind", "holt \"\n"}}};
}

TEST(ModelStateJson, GivesTheSameBitsBack) {
  EXPECT_EQ(parse_model_state(model_state_json(sample_state())), sample_state());
}

TEST(ModelStateJson, WritesWhatIsNotKnownAsNull) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  const std::string json = model_state_json({.arrays = {{"a", {1, unknown}}}});
  EXPECT_EQ(json, R"({"format":"shelduck model","version":1,"arrays":{"a":[1,null]},"words":{}})");
  EXPECT_TRUE(std::isnan(parse_model_state(json).arrays.at("a").at(1)));
}

void expect_state_refused(const std::string& json, const std::string& field) {
  try {
    static_cast<void>(parse_model_state(json));
    FAIL() << json;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, field) << json;
    EXPECT_FALSE(error.detail().rule.empty());
  }
}

TEST(ModelStateJson, RefusesWhatIsNoModelState) {
  expect_state_refused("", "text");
  expect_state_refused("[]", "text");
  expect_state_refused("7", "text");
  expect_state_refused("{}", "format");
  expect_state_refused(R"({"format": "other"})", "format");
  expect_state_refused(R"({"format": "shelduck model"})", "version");
  expect_state_refused(R"({"format": "shelduck model", "version": 0})", "version");
  expect_state_refused(R"({"format": "shelduck model", "version": "1"})", "version");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "state": 2})", "state");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "arrays": {"a": 1}})", "a");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "arrays": {"a": [[1]]}})",
                       "a");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "arrays": {"a": ["x"]}})",
                       "a");
  expect_state_refused(
      R"({"format": "shelduck model", "version": 1, "arrays": {"a": [], "a": []}})", "a");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "words": {"a": {}}})", "a");
  expect_state_refused(R"({"format": "shelduck model", "version": 1, "words": {"a": "b")", "text");
}

}  // namespace
}  // namespace shelduck::interop
