#include "shelduck/server/command_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

const commands::Command& command(std::string_view path) { return *commands::find_command(path); }

http::Request asking(std::vector<http::Field> query) {
  http::Request request;
  request.query = std::move(query);
  return request;
}

Error error_of_query(std::string_view path, std::vector<http::Field> query) {
  try {
    (void)parse_query(command(path), asking(std::move(query)));
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << path;
  return Error{ErrorKind::bug, "no error"};
}

TEST(CommandQuery, NamesAreThoseOfTheFlags) {
  const auto parsed = parse_query(
      command("history trend"),
      asking(
          {{"plugin", "apt"}, {"metric", "cpu_seconds"}, {"days", "7"}, {"tz", "Europe/Warsaw"}}));
  EXPECT_EQ(parsed.positional("PLUGIN"), "apt");
  EXPECT_EQ(parsed.value("metric"), "cpu_seconds");
  EXPECT_EQ(parsed.whole_number("days"), 7);
  EXPECT_EQ(parsed.value("tz"), "Europe/Warsaw");
  EXPECT_EQ(parsed.value("granularity"), "week") << "the table's default";
}

TEST(CommandQuery, WhatThePathHoldsIsAParameterToo) {
  http::Request request;
  request.captures = {{"id", "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21"}};
  EXPECT_EQ(parse_query(command("history show"), request).positional("ID"),
            "01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21");
}

TEST(CommandQuery, ValuesThatLookLikeFlagsStayValues) {
  const auto parsed = parse_query(command("history stats"), asking({{"plugin", "--help"}}));
  EXPECT_EQ(parsed.request, commands::Request::run);
  EXPECT_EQ(parsed.positional("PLUGIN"), "--help");
}

TEST(CommandQuery, ErrorsNameTheParameter) {
  const Error days = error_of_query("history stats", {{"days", "x"}});
  EXPECT_EQ(days.detail().field, "days");
  EXPECT_STREQ(days.what(), "days 'x' is not a whole number from 1");
  EXPECT_EQ(error_of_query("history trend", {{"plugin", "a"}, {"metric", "wal"}}).detail().field,
            "metric");
  EXPECT_EQ(error_of_query("history trend", {}).detail().field, "plugin");
  const Error unknown = error_of_query("history stats", {{"day", "1"}});
  EXPECT_EQ(unknown.detail().field, "day");
  EXPECT_EQ(unknown.detail().rule, "one of plugin, days, by");
  EXPECT_EQ(error_of_query("history stats", {{"days", "1"}, {"days", "2"}}).detail().rule,
            "given once");
}

// What belongs to the server itself is no parameter.
TEST(CommandQuery, OptionsOfTheProgramAreNone) {
  for (const char* name : {"db", "format", "wait", "disk_floor", "yes", "help", "tz"}) {
    EXPECT_EQ(error_of_query("history stats", {{name, "1"}}).detail().field, name);
  }
}

TEST(CommandQuery, DocumentsEachParameter) {
  const auto parameters = parameters_of(command("history show"), "/api/history/runs/{id}");
  ASSERT_EQ(parameters.size(), 1U);
  EXPECT_EQ(parameters.front().name, "id");
  EXPECT_EQ(parameters.front().place, http::RouteParameter::Place::path);
  const auto trend = parameters_of(command("history trend"), "/api/history/trend");
  ASSERT_EQ(trend.size(), 5U);
  EXPECT_TRUE(trend.front().is_required);
  EXPECT_EQ(to_json(trend.at(2).schema), R"({"type":"string","enum":["day","week","month"]})");
  EXPECT_NE(trend.at(3).description.find("Default: 90"), std::string::npos);
  const auto list = parameters_of(command("sensors list"), "/api/sensor-data");
  const auto limit = std::ranges::find(list, "limit", &http::RouteParameter::name);
  EXPECT_EQ(to_json(limit->schema), R"({"type":"integer","minimum":1,"maximum":10000})");
}

}  // namespace
}  // namespace shelduck::server
