#include "shelduck/interop/sensors/old_sensor_file.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/sensors/old_sensor_fixture.hpp"

namespace shelduck::interop {
namespace {

constexpr const char* kColumns =
    "node_address, timestamp, temperature_centidegrees, humidity_centipercent, flags, received_at";

class OldFile : public ::testing::Test {
 protected:
  // `id` is the definition of the column before the others, which have no types.
  void make(const std::string& id, const std::string& after = "") const {
    OldWriter{file_}.run("CREATE TABLE sensor_readings (" + id + kColumns + ")" + after);
  }

  void insert(const std::string& rows, const std::string& columns = kColumns) const {
    OldWriter{file_}.run("INSERT INTO sensor_readings (" + columns + ") VALUES " + rows);
  }

  [[nodiscard]] OldSensorFile opened() const {
    return OldSensorFile{file_, {.wait = Seconds{0}, .temporary = folder_.at("")}};
  }

  static std::vector<std::string> texts_of(OldSensorFile& file, std::size_t most,
                                           const std::function<void()>& meanwhile = {}) {
    std::vector<std::string> texts;
    for (auto rows = file.next(most); !rows.empty(); rows = file.next(most)) {
      for (const sensors::IncomingRow& row : rows) {
        texts.push_back(row.refusal ? row.refusal->field : std::to_string(row.reading.timestamp));
      }
      if (meanwhile) meanwhile();
    }
    return texts;
  }

  OldSensorFolder folder_;
  std::filesystem::path file_ = folder_.at("old.db");
};

using Texts = std::vector<std::string>;

TEST_F(OldFile, GivesEachRowOnceWhateverItsIdSays) {
  const std::vector<std::pair<std::string, std::string>> ids{
      {"id INTEGER, ", "1"}, {"id INTEGER, ", "NULL"}, {"id TEXT, ", "'a'"}};
  for (const auto& [definition, value] : ids) {
    std::filesystem::remove(file_);
    make(definition);
    for (int second = 1; second <= 5; ++second) {
      insert("(" + value + ", 2, " + std::to_string(second) + ", 1, 1, 0, 1)",
             "id, " + std::string(kColumns));
    }
    OldSensorFile file = opened();
    EXPECT_EQ(texts_of(file, 2), (Texts{"1", "2", "3", "4", "5"})) << definition << value;
    EXPECT_EQ(file.count_given(), 5);
  }
}

TEST_F(OldFile, GoesFromTheLeastRowIdToTheGreatest) {
  make("id INTEGER PRIMARY KEY, ");
  insert(
      "(9223372036854775807, 2, 3, 1, 1, 0, 1), (-9223372036854775808, 2, 1, 1, 1, 0, 1), "
      "(0, 2, 2, 1, 1, 0, 1)",
      "id, " + std::string(kColumns));
  OldSensorFile file = opened();
  EXPECT_EQ(texts_of(file, 1), (Texts{"1", "2", "3"}));
  EXPECT_EQ(file.count_given(), 3);
}

TEST_F(OldFile, NeedsNoColumnIdAndNoRowIds) {
  const std::vector<std::pair<std::string, std::string>> shapes{
      {"", ""}, {"id TEXT PRIMARY KEY, ", " WITHOUT ROWID"}, {"_rowid_ TEXT, ", ""}};
  for (const auto& [definition, after] : shapes) {
    std::filesystem::remove(file_);
    make(definition, after);
    const bool has_id = !after.empty();
    for (int second = 1; second <= 3; ++second) {
      const std::string number = std::to_string(second);
      insert("(" + (has_id ? "'" + number + "', " : "") + "2, " + number + ", 1, 1, 0, 1)",
             (has_id ? "id, " : "") + std::string(kColumns));
    }
    OldSensorFile file = opened();
    EXPECT_EQ(texts_of(file, 2), (Texts{"1", "2", "3"})) << definition << after;
    EXPECT_EQ(file.count_given(), 3);
  }
}

TEST_F(OldFile, AViewIsAsGoodAsATable) {
  make("");
  insert("(2, 1, 1, 1, 0, 1), (2, 2, 1, 1, 0, 1)");
  OldWriter{file_}.run(
      "ALTER TABLE sensor_readings RENAME TO kept; CREATE VIEW sensor_readings AS SELECT * FROM "
      "kept");
  OldSensorFile file = opened();
  EXPECT_EQ(texts_of(file, 1), (Texts{"1", "2"}));
}

TEST_F(OldFile, ATextOfDigitsIsItsNumberAndNothingIsGivenTwice) {
  make("");
  insert(
      "('2', '10', '1', '1', '0', '1'), ('02', '011', 1, 1, NULL, 1), (2, 'soon', 1, 1, 0, 1), "
      "(2, 13.0, 1, 1, 0, 1), (NULL, 14, 1, 1, 0, 1)");
  OldSensorFile file = opened();
  const Texts expected{"10", "11", "timestamp", "timestamp", "node_address"};
  EXPECT_EQ(texts_of(file, 1), expected);
  file.begin_again();
  EXPECT_EQ(texts_of(file, 3), expected);
}

TEST_F(OldFile, ARefusedRowSaysNodeAndSecondWhereItHasThem) {
  make("");
  insert("(2, 10, 99999, 1, 0, 1), (3, 'soon', 1, 1, 0, 1), (x'00ff', 12, 1, 1, 0, 1)");
  OldSensorFile file = opened();
  const auto rows = file.next(10);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].refusal->node_address, 2U);
  EXPECT_EQ(rows[0].refusal->timestamp, 10);
  EXPECT_EQ(rows[1].refusal->node_address, 3U);
  EXPECT_EQ(rows[1].refusal->timestamp, std::nullopt);
  EXPECT_EQ(rows[2].refusal->node_address, std::nullopt);
  EXPECT_EQ(rows[2].text,
            "node_address X'00FF', timestamp 12, temperature_raw 1, humidity_raw 1, flags 0, "
            "received_at 1");
}

TEST_F(OldFile, RowsThatComeMeanwhileComeLastAndCountOnlyWhereTheyWerePassed) {
  make("id INTEGER PRIMARY KEY, ");
  insert("(10, 2, 10, 1, 1, 0, 1), (11, 2, 11, 1, 1, 0, 1)", "id, " + std::string(kColumns));
  OldSensorFile file = opened();
  ASSERT_EQ(file.next(2).size(), 2U);
  insert("(12, 2, 12, 1, 1, 0, 1)", "id, " + std::string(kColumns));
  EXPECT_EQ(file.count_given(), 2) << "what follows was not given yet";
  EXPECT_EQ(texts_of(file, 2), Texts{"12"});
  insert("(5, 2, 5, 1, 1, 0, 1)", "id, " + std::string(kColumns));
  EXPECT_EQ(file.count_given(), 4) << "one more than was given";
  file.begin_again();
  insert("(13, 2, 13, 1, 1, 0, 1)", "id, " + std::string(kColumns));
  EXPECT_EQ(texts_of(file, 2), (Texts{"5", "10", "11", "12"}));
}

TEST_F(OldFile, WhatLacksATableOrAColumnIsRefusedInWords) {
  const auto refusal = [&] {
    try {
      (void)opened();
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
      return std::string(error.what());
    }
    return std::string();
  };
  OldWriter{file_}.run("CREATE TABLE sensor_readings (node_address, timestamp)");
  EXPECT_NE(refusal().find("no column temperature_centidegrees"), std::string::npos) << refusal();
  OldWriter{file_}.run("DROP TABLE sensor_readings");
  EXPECT_NE(refusal().find("no table sensor_readings"), std::string::npos) << refusal();
  std::filesystem::resize_file(file_, 0);
  EXPECT_NE(refusal().find("is empty"), std::string::npos) << refusal();
  file_ = folder_.at("");
  EXPECT_NE(refusal().find("no regular file"), std::string::npos) << refusal();
}

class OldFileWithALog : public OldFile {
 protected:
  void SetUp() override {
    OldWriter{file_}.run("PRAGMA journal_mode = wal");
    make("id INTEGER PRIMARY KEY, ");
    insert("(2, 1, 1, 1, 0, 1), (2, 2, 1, 1, 0, 1), (2, 3, 1, 1, 0, 1)");
  }
};

TEST_F(OldFileWithALog, NothingStaysBesideAClosedOne) {
  EXPECT_EQ(folder_.names(), std::set<std::string>{"old.db"});
  {
    OldSensorFile file = opened();
    EXPECT_EQ(texts_of(file, 2), (Texts{"1", "2", "3"}));
    EXPECT_EQ(file.count_given(), 3);
  }
  EXPECT_EQ(folder_.names(), std::set<std::string>{"old.db"});
}

TEST_F(OldFileWithALog, AProgramThatOpensItMeanwhileIsFollowed) {
  OldSensorFile file = opened();
  ASSERT_EQ(file.next(2).size(), 2U);
  const OldWriter writer{file_};
  writer.run("INSERT INTO sensor_readings (id, " + std::string(kColumns) +
             ") VALUES (4, 2, 4, 1, 1, 0, 1); DELETE FROM sensor_readings WHERE id = 3");
  EXPECT_EQ(texts_of(file, 2), Texts{"4"}) << "as the log says";
  EXPECT_EQ(file.count_given(), 3);
}

TEST_F(OldFileWithALog, OneThatWasClosedAgainMeanwhileIsReadAnew) {
  OldSensorFile file = opened();
  ASSERT_EQ(file.next(2).size(), 2U);
  insert("(2, 4, 1, 1, 0, 1)");
  EXPECT_EQ(texts_of(file, 2), (Texts{"3", "4"}));
}

TEST_F(OldFileWithALog, ALogOfACrashIsReadInACopy) {
  const std::filesystem::path crashed = folder_.at("crashed.db");
  {
    const OldWriter writer{file_};
    writer.run("INSERT INTO sensor_readings (" + std::string(kColumns) +
               ") VALUES (2, 4, 1, 1, 0, 1)");
    std::filesystem::copy_file(file_, crashed);
    std::filesystem::copy_file(file_.string() + "-wal", crashed.string() + "-wal");
  }
  file_ = crashed;
  const std::set<std::string> before = folder_.names();
  {
    OldSensorFile file = opened();
    EXPECT_EQ(texts_of(file, 2), (Texts{"1", "2", "3", "4"}));
  }
  EXPECT_EQ(folder_.names(), before);
}

}  // namespace
}  // namespace shelduck::interop
