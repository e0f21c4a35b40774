#include "shelduck/commands/parse.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

using Words = std::vector<std::string>;

ErrorDetail refusal(const Words& words) {
  try {
    static_cast<void>(parse(words));
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    return error.detail();
  }
  ADD_FAILURE() << "it was not refused";
  return {};
}

TEST(Parse, ReadsWordsOptionsAndPositionals) {
  const ParsedCommand parsed =
      parse(Words{"--db", "/x.duckdb", "history", "trend", "apt", "-m", "cpu_seconds", "-d30"});
  EXPECT_EQ(parsed.command->path, "history trend");
  EXPECT_EQ(parsed.positional("PLUGIN"), "apt");
  EXPECT_EQ(parsed.value("db"), "/x.duckdb");
  EXPECT_EQ(parsed.value("metric"), "cpu_seconds");
  EXPECT_EQ(parsed.whole_number("days"), 30);
  EXPECT_FALSE(parsed.has("granularity"));
}

TEST(Parse, TakesLettersTogetherAndValuesAfterEquals) {
  const ParsedCommand parsed = parse(Words{"history", "prune", "-yn", "--older-than=400d"});
  EXPECT_TRUE(parsed.flag("yes"));
  EXPECT_TRUE(parsed.flag("dry-run"));
  EXPECT_EQ(parsed.age_seconds("older-than"), 400 * 86400);
}

TEST(Parse, LeavesTheOtherProgramsWordsAlone) {
  const ParsedCommand parsed =
      parse(Words{"exec", "-p", "apt", "--", "sh", "-c", "--help", "--", "--db"});
  EXPECT_EQ(parsed.request, Request::run);
  EXPECT_EQ(parsed.rest, (Words{"sh", "-c", "--help", "--", "--db"}));
}

TEST(Parse, BeginsTheOtherProgramAtTheFirstPlainWord) {
  const ParsedCommand parsed = parse(Words{"exec", "-p", "apt", "apt-get", "-y", "upgrade"});
  EXPECT_EQ(parsed.rest, (Words{"apt-get", "-y", "upgrade"}));
}

TEST(Parse, RefusesGlobalOptionsThatACommandIsWithout) {
  EXPECT_EQ(refusal({"sensors", "export", "--json"}).field, "--json");
  EXPECT_EQ(refusal({"sensors", "quarantine", "export", "-j"}).field, "-j");
  for (const std::string option : {"--db", "--disk-floor", "--tz", "--wait"}) {
    EXPECT_EQ(refusal({"sensors", "simulate", option, "1"}).field, option);
    EXPECT_EQ(refusal({option, option == "--tz" ? "UTC" : "1", "sensors", "simulate"}).field,
              option);
  }
  EXPECT_EQ(refusal({"sensors", "simulate", "--json"}).field, "--json");
  EXPECT_TRUE(parse(Words{"sensors", "simulate", "--quiet"}).flag("quiet"));
}

TEST(Parse, HelpAndVersionWinOverMissingArguments) {
  EXPECT_EQ(parse(Words{"--help"}).request, Request::help);
  EXPECT_EQ(parse(Words{"history", "-h"}).topic, "history");
  EXPECT_EQ(parse(Words{"history", "trend", "--help"}).topic, "history trend");
  EXPECT_EQ(parse(Words{"--version"}).request, Request::version);
}

TEST(Parse, TheLastOfRepeatedOptionsCounts) {
  EXPECT_EQ(parse(Words{"--db", "a", "--db", "b", "history", "stats"}).value("db"), "b");
}

TEST(Parse, SuggestsTheNearWord) {
  EXPECT_NE(refusal({"histroy", "stats"}).hint.find("shelduck history"), std::string::npos);
  EXPECT_NE(refusal({"history", "stast"}).hint.find("history stats"), std::string::npos);
  EXPECT_NE(refusal({"history", "stats", "--dyas", "3"}).hint.find("--days"), std::string::npos);
  EXPECT_NE(refusal({"history", "trend", "a", "--metric", "cpu_second"}).hint.find("cpu_seconds"),
            std::string::npos);
  EXPECT_NE(refusal({"db", "quarantine", "lst"}).hint.find("db quarantine list"),
            std::string::npos);
}

TEST(Parse, ErrorsNameFieldValueAndRule) {
  const ErrorDetail detail = refusal({"history", "stats", "--days", "-3"});
  EXPECT_EQ(detail.field, "--days");
  EXPECT_EQ(detail.value, "-3");
  EXPECT_EQ(detail.rule, "a whole number from 1");
  EXPECT_EQ(refusal({"history", "trend"}).field, "PLUGIN");
  EXPECT_EQ(refusal({"exec", "--", "true"}).field, "--plugin");
  EXPECT_EQ(refusal({"exec", "--plugin", "a"}).field, "COMMAND");
  EXPECT_EQ(refusal({"exec", "--plugin"}).field, "--plugin");
  EXPECT_EQ(refusal({"predict", "--level", "100"}).field, "--level");
  EXPECT_EQ(refusal({"history", "import", "rpm"}).field, "FORMAT");
  EXPECT_EQ(refusal({"history", "runs", "extra"}).value, "extra");
  EXPECT_EQ(refusal({"history", "runs", "-x"}).field, "-x");
  EXPECT_EQ(refusal({}).field, "command");
  EXPECT_EQ(refusal({"db", "quarantine"}).field, "db quarantine");
}

TEST(Parse, RefusesFormatsThatContradict) {
  EXPECT_EQ(refusal({"history", "stats", "--json", "--format", "csv"}).field, "--format");
  EXPECT_NO_THROW(static_cast<void>(parse(Words{"history", "stats", "--json", "-f", "json"})));
}

TEST(Parse, ReadsLevelsAgesAndSizes) {
  EXPECT_DOUBLE_EQ(*parse(Words{"predict", "--level", "90"}).level("level"), 0.9);
  EXPECT_DOUBLE_EQ(*parse(Words{"predict", "--level", "0.8"}).level("level"), 0.8);
  EXPECT_DOUBLE_EQ(*parse(Words{"predict", "--level", "0.001"}).level("level"), 0.001);
  EXPECT_EQ(refusal({"predict", "--level", "0.0009"}).field, "--level");
  EXPECT_EQ(parse(Words{"predict", "--download-bytes", "120MB"}).byte_count("download-bytes"),
            120'000'000);
  EXPECT_EQ(parse(Words{"history", "prune", "--older-than", "2w"}).age_seconds("older-than"),
            14 * 86400);
  EXPECT_EQ(parse(Words{"remaining", "-p", "apt", "-e", "1.5"}).number("elapsed"), 1.5);
}

// In milliseconds it would be more than the systems below can wait, and no wait at all.
TEST(Parse, SecondsHaveAnEnd) {
  EXPECT_EQ(parse(Words{"--wait", "1000000", "history", "stats"}).number("wait"), 1e6);
  const ErrorDetail detail = refusal({"--wait", "1000001", "history", "stats"});
  EXPECT_EQ(detail.field, "--wait");
  EXPECT_EQ(detail.rule, "a number of seconds from 0 to 1000000");
}

TEST(Parse, TurnsFlagsOffByName) {
  EXPECT_FALSE(parse(Words{"--quiet=false", "history", "stats"}).flag("quiet"));
  EXPECT_EQ(refusal({"--quiet=perhaps", "history", "stats"}).field, "--quiet");
}

RC_GTEST_PROP(Parse, NeverFailsOtherwiseThanWithAnExplainedRefusal, (const Words& words)) {
  try {
    static_cast<void>(parse(words));
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::invalid_input);
    RC_ASSERT(!error.detail().field.empty());
  }
}

}  // namespace
}  // namespace shelduck::commands
