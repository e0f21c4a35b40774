#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/sensors_fixture.hpp"
#include "shelduck/sensors/refused_query.hpp"

namespace shelduck::sensors {
namespace {

Instant moment_at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

class RefusedRows : public OnEveryBackend {
 protected:
  RefusedPage asked(const RefusedOptions& options) {
    const auto store = open_readings(fixture_.connection());
    return ask(*store, options);
  }
  [[nodiscard]] static std::vector<std::string> texts_of(const RefusedPage& page) {
    std::vector<std::string> texts;
    for (const StoredRefusal& one : page.rows) texts.push_back(one.row.text);
    return texts;
  }
  template <class Plan>
  RefusedDrop plan(const Plan& make) {
    const auto store = open_readings(fixture_.connection());
    return make(*store);
  }
  void apply(const RefusedDrop& drop, std::int64_t rows) {
    EXPECT_EQ(drop.rows, rows);
    fixture_.apply(drop.records);
  }

  SensorsFixture fixture_{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Of, RefusedRows, kEveryBackend, name_of_backend);

TEST_P(RefusedRows, AreListedByPagesAndReasons) {
  RowsRefused record;
  for (int i = 0; i < 5; ++i) {
    record.rows.push_back({.at = 100 + i,
                           .source = "http",
                           .field = i == 0 ? "flags" : "",
                           .reason = i < 3 ? "broken" : "conflict",
                           .text = std::to_string(i)});
  }
  fixture_.apply({recorded(record)});
  const auto first = asked(RefusedOptions{.reason = "broken", .limit = 2});
  EXPECT_EQ(texts_of(first), (std::vector<std::string>{"2", "1"})) << "the newest first";
  EXPECT_EQ(first.count.kept, 3) << "of this reason";
  ASSERT_TRUE(first.cursor.has_value());
  const auto second = asked(RefusedOptions{.reason = "broken", .cursor = first.cursor, .limit = 2});
  EXPECT_EQ(texts_of(second), std::vector<std::string>{"0"});
  EXPECT_FALSE(second.cursor.has_value());
  EXPECT_EQ(asked(RefusedOptions{}).count.kept, 5);
  apply(plan([](ReadingStore& store) { return plan_drop_before(store, moment_at(104)); }), 4);
  EXPECT_EQ(json(asked(RefusedOptions{})).find(R"({"count":1,"cursor":null,"evicted":0,"rows":[)"),
            0U);
}

TEST_P(RefusedRows, OfOneSecondStandByIdOnEachPageOnce) {
  RowsRefused record;
  for (int i = 0; i < 30; ++i) {
    record.rows.push_back(
        {.at = 100 + i / 10, .source = "http", .reason = "x", .text = std::to_string(i)});
  }
  fixture_.apply({recorded(record)});
  std::vector<StoredRefusal> all;
  RefusedOptions options{.limit = 7};
  do {
    const RefusedPage page = asked(options);
    all.insert(all.end(), page.rows.begin(), page.rows.end());
    options.cursor = page.cursor ? parse_refused_place(to_string(*page.cursor)) : std::nullopt;
  } while (options.cursor);
  EXPECT_EQ(all.size(), 30U);
  EXPECT_TRUE(std::ranges::is_sorted(all, [](const auto& a, const auto& b) {
    return a.row.at != b.row.at ? a.row.at > b.row.at : a.id < b.id;
  }));
}

TEST_P(RefusedRows, AreDroppedByTheBeginningOfTheirId) {
  RowsRefused record;
  for (int i = 0; i < 3; ++i) {
    record.rows.push_back({.at = 100, .source = "http", .reason = "x", .text = std::to_string(i)});
  }
  fixture_.apply({recorded(record)});
  const std::string id = shelduck::to_string(record.rows[1].id());
  const auto drop_of = [](std::vector<std::string> ids) {
    return [ids](ReadingStore& store) { return plan_drop_of(store, ids); };
  };
  apply(plan(drop_of({id.substr(0, 8), id, id.substr(0, 9)})), 1);
  auto left = texts_of(asked(RefusedOptions{}));
  std::ranges::sort(left);
  EXPECT_EQ(left, (std::vector<std::string>{"0", "2"}));
  EXPECT_THROW((void)plan(drop_of({id})), Error) << "it is gone";
  for (const char* text : {"", "abc", "ghij", "0000000000", "01-2"}) {
    EXPECT_THROW((void)plan(drop_of({text})), Error) << text;
  }
  RowsRefused many;
  for (int i = 0; i < 70'000; ++i) {
    many.rows.push_back({.at = 100, .source = "http", .reason = "y", .text = std::to_string(i)});
  }
  fixture_.apply({recorded(many)});
  std::set<std::string> seen;
  const auto twice = std::ranges::find_if(many.rows, [&](const RefusedRow& row) {
    return !seen.insert(shelduck::to_string(row.id()).substr(0, 4)).second;
  });
  ASSERT_NE(twice, many.rows.end()) << "more rows than there are beginnings";
  EXPECT_THROW((void)plan(drop_of({shelduck::to_string(twice->id()).substr(0, 4)})), Error);
  const std::string exact = shelduck::to_string(twice->id());
  apply(plan(drop_of({exact})), 1);
}

TEST_P(RefusedRows, ThatMetAtApplyingGoByTheirIds) {
  Reading reading{.node_address = 7, .timestamp = 60, .received_at = 63};
  fixture_.take({reading});
  reading.temperature_centidegrees = 2;
  fixture_.take({reading});
  fixture_.apply(
      {recorded(RowsRefused{{{.at = 50, .source = "http", .reason = "x", .text = "x"}}})});
  ASSERT_EQ(asked(RefusedOptions{}).rows.size(), 2U);
  const auto drop =
      plan([](ReadingStore& store) { return plan_drop_before(store, moment_at(61)); });
  EXPECT_EQ(drop.records.size(), 2U);
  apply(drop, 2);
  EXPECT_TRUE(asked(RefusedOptions{}).rows.empty());
}

TEST(RefusedPlaces, AreCursorsAndNothingElseIsOne) {
  const RefusedPlace place{.at = 1'795'402'520, .id = RefusedRow{}.id()};
  EXPECT_EQ(parse_refused_place(to_string(place)), place);
  for (const char* text : {"", "xx", ".", "5.", "5.xx", "5f0c7a52-9f0e-8b6c-9a3d-2b1f4c6d8e90",
                           "5 5f0c7a52-9f0e-8b6c-9a3d-2b1f4c6d8e90"}) {
    EXPECT_FALSE(parse_refused_place(text).has_value()) << text;
  }
}

TEST_P(RefusedRows, AreExportedAPieceAtATime) {
  const RefusedRow conflict{.at = 100,
                            .source = "http",
                            .field = "",
                            .reason = "conflict",
                            .node_address = 18446744073709551615U,
                            .timestamp = 60,
                            .text = "{\"a\": 1,\n}"};
  const RefusedRow broken{
      .at = 101, .source = "serial", .field = "flags", .reason = "no", .text = "x"};
  fixture_.apply({recorded(RowsRefused{{conflict, broken}})});
  const auto exported = [&](RefusedExport::Form form, const RefusedOptions& options) {
    const auto store = open_readings(fixture_.connection());
    RefusedExport rows{*store, form, options};
    std::vector<std::string> pieces;
    while (const auto piece = rows.next()) pieces.push_back(*piece);
    return pieces;
  };
  const std::string line = to_string(conflict.id()) +
                           ",100,http,,conflict,18446744073709551615,60,\"{\"\"a\"\": 1,\n}\"\r\n";
  EXPECT_EQ(exported(RefusedExport::Form::csv, {.reason = "conflict"}),
            std::vector{RefusedExport::csv_head() + line});
  EXPECT_EQ(exported(RefusedExport::Form::csv, {.limit = 1}).size(), 2U);
  EXPECT_EQ(exported(RefusedExport::Form::csv, {.reason = "nothing"}),
            std::vector{RefusedExport::csv_head()});
  const auto lines = exported(RefusedExport::Form::ndjson, {.reason = "conflict"});
  EXPECT_EQ(lines, std::vector{R"({"at":100,"field":null,"id":")" + to_string(conflict.id()) +
                               R"(","node_address":"18446744073709551615","reason":"conflict",)" +
                               R"("source":"http","text":"{\"a\": 1,\n}","timestamp":60})" + "\n"});
}

}  // namespace
}  // namespace shelduck::sensors
