#include "shelduck/cli/cell.hpp"

#include <gtest/gtest.h>

namespace shelduck::cli {
namespace {

TEST(CellText, WritesValuesWithTheirUnit) {
  EXPECT_EQ(cell_text(Document{152.0}, Cell::seconds), "2m 32s");
  EXPECT_EQ(cell_text(Document{45'300'000}, Cell::bytes), "45.3 MB");
  EXPECT_EQ(cell_text(Document{0.9167}, Cell::share), "91.7%");
  EXPECT_EQ(cell_text(Document{12}, Cell::count), "12");
  EXPECT_EQ(cell_text(Document{21.5}, Cell::cents), "21.50");
  EXPECT_EQ(cell_text(Document{1'780'000'000}, Cell::instant), "2026-05-28 20:26:40");
  EXPECT_EQ(cell_text(Document{true}, Cell::text), "yes");
  EXPECT_EQ(cell_text(Document{"2026-05-01T03:00:05.25Z"}, Cell::instant), "2026-05-01 03:00:05");
  EXPECT_EQ(cell_text(Document{"2026-05-01T03:00:05Z"}, Cell::date), "2026-05-01");
}

TEST(CellText, WritesADashForWhatWasNotMeasured) {
  EXPECT_EQ(cell_text(Document{}, Cell::bytes), "-");
}

TEST(CellText, KeepsControlCharactersAwayFromTheTerminal) {
  EXPECT_EQ(cell_text(Document{"a\x1b[2Jb\tc\n"}, Cell::text), "a [2Jb c ");
}

TEST(CellOfMeasure, ReadsTheUnitFromTheName) {
  EXPECT_EQ(cell_of_measure("cpu_seconds"), Cell::seconds);
  EXPECT_EQ(cell_of_measure("memory_peak_bytes"), Cell::bytes);
  EXPECT_EQ(cell_of_measure("packages_updated"), Cell::number);
}

TEST(MemberAt, ReachesIntoInnerObjects) {
  Document inner = Document::object();
  inner.set("point", 3);
  Document row = Document::object();
  row.set("target", inner);
  EXPECT_EQ(member_at(row, "target.point"), Document{3});
  EXPECT_TRUE(member_at(row, "target.lower").is_null());
  EXPECT_TRUE(member_at(row, "nothing.at.all").is_null());
}

}  // namespace
}  // namespace shelduck::cli
