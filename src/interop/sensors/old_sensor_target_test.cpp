#include "shelduck/interop/sensors/old_sensor_target.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_fixture.hpp"

namespace shelduck::interop {
namespace {

constexpr const char* kAsItIs =
    "CREATE TABLE sensor_readings (id INTEGER PRIMARY KEY, node_address INTEGER, timestamp "
    "INTEGER, "
    "temperature_centidegrees INTEGER, humidity_centipercent INTEGER, flags INTEGER, "
    "received_at INTEGER, created_at TIMESTAMP";

class OldTarget : public ::testing::Test {
 protected:
  // Why the file is refused; empty where it is taken.
  [[nodiscard]] std::string refusal() const {
    try {
      OldSensorTarget target{file_, {.wait = Seconds{0}}};
      target.add(std::vector<sensors::Reading>{{.node_address = 2, .timestamp = 60}});
      target.fill_nodes();
      target.put_in_place();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << error.what();
      return error.what();
    }
    return {};
  }

  [[nodiscard]] std::string refusal_of(const std::string& sql) const {
    std::filesystem::remove(file_);
    OldWriter{file_}.run(sql);
    return refusal();
  }

  OldSensorFolder folder_;
  std::filesystem::path file_ = folder_.at("old.db");
};

TEST_F(OldTarget, ATableThatIsNotThatProgramsIsRefusedInWords) {
  const std::string table = kAsItIs;
  EXPECT_EQ(refusal_of(table + ", UNIQUE (node_address, timestamp))"), "");
  EXPECT_EQ(refusal_of(table + ", UNIQUE (timestamp, node_address))"), "");
  EXPECT_NE(refusal_of(table + ")").find("unique"), std::string::npos);
  EXPECT_NE(refusal_of(table + ", UNIQUE (node_address, timestamp, flags))").find("unique"),
            std::string::npos);
  EXPECT_NE(refusal_of(table + ", place TEXT NOT NULL, UNIQUE (node_address, timestamp))")
                .find("wants more"),
            std::string::npos);
  EXPECT_NE(refusal_of(table + ", UNIQUE (node_address, timestamp), CHECK (timestamp > 99))")
                .find("does not take a reading"),
            std::string::npos);
  EXPECT_NE(refusal_of("CREATE TABLE sensor_readings (node_address, timestamp)").find("lacks"),
            std::string::npos);
  EXPECT_NE(refusal_of(table + ", UNIQUE (node_address, timestamp)); CREATE TABLE nodes (n)")
                .find("another table nodes"),
            std::string::npos);
}

TEST_F(OldTarget, WhatAKillLeftIsRemovedAndNothingElse) {
  const std::filesystem::path folder = folder_.at("old.db.unfinished");
  std::filesystem::create_directory(folder);
  std::ofstream{folder / "readings.db"} << "half of a file";
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(folder_.names(), std::set<std::string>{"old.db"});

  std::filesystem::remove(file_);
  std::ofstream{folder} << "somebody's";
  EXPECT_NE(refusal().find("in the way"), std::string::npos);
  EXPECT_EQ(folder_.names(), std::set<std::string>{"old.db.unfinished"});

  std::filesystem::remove(folder);
  std::filesystem::create_directory(folder);
  std::ofstream{folder / "theirs"} << "somebody's";
  EXPECT_NE(refusal().find("in the way"), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder / "theirs"));
}

}  // namespace
}  // namespace shelduck::interop
