#include "shelduck/commands/old_environment.hpp"

#include <gtest/gtest.h>

#include <map>

#include "shelduck/commands/environment_for_test.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

using Variables = std::map<std::string, std::string, std::less<>>;

std::string said(std::string_view setting, const Variables& variables) {
  const auto word = old_word(setting, environment_of(variables));
  return word ? word->text + " by " + word->variable : "nothing";
}

TEST(OldEnvironment, TheFileIsThatOfTheEngine) {
  const Variables both{{"SENSOR_DB_PATH", "a.db"}, {"DUCKDB_PATH", "b.duckdb"}};
  EXPECT_EQ(said("sensors", both), "a.db by SENSOR_DB_PATH");
  EXPECT_EQ(said("backend", both), "nothing") << "the file says it";
  Variables chosen = both;
  chosen["DB_BACKEND"] = "duckdb";
  EXPECT_EQ(said("sensors", chosen), "b.duckdb by DUCKDB_PATH");
  EXPECT_EQ(said("backend", chosen), "duckdb by DB_BACKEND");
  chosen["DB_BACKEND"] = "sqlite";
  EXPECT_EQ(said("sensors", chosen), "a.db by SENSOR_DB_PATH");
  EXPECT_EQ(said("sensors", {{"DUCKDB_PATH", "b"}}), "b by DUCKDB_PATH");
  EXPECT_EQ(said("backend", {{"DUCKDB_PATH", "b"}}), "duckdb by DUCKDB_PATH");
  EXPECT_EQ(said("sensors", {{"DUCKDB_PATH", "b"}, {"DB_BACKEND", "sqlite"}}), "nothing");
  EXPECT_EQ(said("sensors", {{"SENSOR_DB_PATH", "a"}, {"DB_BACKEND", "duckdb"}}),
            "a by SENSOR_DB_PATH");
  EXPECT_EQ(said("sensors", {}), "nothing");
}

TEST(OldEnvironment, HostAndPortCountOnlyBesideAnotherOldName) {
  EXPECT_EQ(said("listen", {{"HOST", "0.0.0.0"}, {"PORT", "5000"}}), "nothing");
  EXPECT_EQ(said("listen", {{"HOST", "0.0.0.0"}, {"PORT", "5000"}, {"DB_THREADS", "2"}}),
            "0.0.0.0:5000 by HOST and PORT");
  EXPECT_EQ(said("listen", {{"HOST", "::1"}, {"SENSOR_DB_PATH", "a"}}), "[::1]:8700 by HOST");
  EXPECT_EQ(said("listen", {{"PORT", "80"}, {"SENSOR_DB_PATH", "a"}}), "127.0.0.1:80 by PORT");
  EXPECT_EQ(said("listen", {{"HOST", "localhost"}, {"DB_BACKEND", "sqlite"}}),
            "127.0.0.1:8700 by HOST");
}

TEST(OldEnvironment, ARefusalNamesTheVariable) {
  for (const auto& [variable, text] :
       Variables{{"PORT", "http"}, {"PORT", "65536"}, {"HOST", "my host"}}) {
    try {
      (void)said("listen", {{variable, text}, {"DB_BACKEND", "sqlite"}});
      FAIL() << variable << " was taken";
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().field, variable);
      EXPECT_EQ(error.detail().value, text);
    }
  }
}

TEST(OldEnvironment, StandsBelowTodaysNamesAndAboveTheFiles) {
  const TemporaryFolder folder;
  const auto file = folder.write("user.toml", "sensors = \"/of/the/file\"\nsensors-batch = 7\n");
  const std::vector<std::string> words{"serve"};
  const auto value = [&](const Variables& variables, std::string_view option) {
    return resolve(parse(words), {environment_of(variables), {file}}).value(option);
  };
  EXPECT_EQ(value({}, "sensors"), "/of/the/file");
  EXPECT_EQ(value({{"SENSOR_DB_PATH", "/old"}}, "sensors"), "/old");
  EXPECT_EQ(value({{"SENSOR_DB_PATH", "/old"}, {"SHELDUCK_SENSORS", "/new"}}, "sensors"), "/new");
  EXPECT_EQ(value({}, "sensors-batch"), "7");
  EXPECT_EQ(value({{"DB_BATCH_SIZE", "100"}}, "sensors-batch"), "100");
  EXPECT_EQ(value({{"DB_FLUSH_INTERVAL", "5.0"}}, "sensors-flush"), "5.0");
  EXPECT_EQ(value({{"DB_MEMORY_LIMIT", "128MB"}}, "sensors-memory"), "128MB");
  EXPECT_EQ(value({{"DB_THREADS", "2"}}, "sensors-threads"), "2");
  try {
    (void)value({{"DB_BACKEND", "postgres"}}, "backend");
    FAIL() << "it was taken";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().field, "DB_BACKEND");
  }
}

}  // namespace
}  // namespace shelduck::commands
