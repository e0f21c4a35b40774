#include "shelduck/cli/import_answer.hpp"

#include <gtest/gtest.h>

#include "shelduck/cli/printer.hpp"

namespace shelduck::cli {
namespace {

Document report(std::string_view source, int imported, int rejected) {
  Document counts = Document::object();
  counts.set("read", imported + rejected).set("imported", imported).set("rejected", rejected);
  Document rejects = Document::array();
  for (int i = 0; i < rejected; ++i) {
    Document reject = Document::object();
    reject.set("line", i + 1).set("reason", "end before start");
    rejects.add(reject);
  }
  Document document = Document::object();
  document.set("source", source).set("format", "apt");
  document.set("runs", counts).set("executions", counts).set("steps", Document::object());
  document.set("wall_clock_seconds", 2.5).set("first", "2026-05-01T03:00:00Z");
  return document.set("last", "2026-05-02T03:00:00.5Z").set("rejects", rejects);
}

TEST(ImportAnswer, ShowsCountsAndSaysWhenNothingIsNew) {
  const Answer answer = import_answer({report("box", 0, 0)});
  EXPECT_EQ(answer.exit_code, 0);
  EXPECT_EQ(
      answer.notes,
      (std::vector<std::string>{
          "source: box", "read: 2.5s of work, from 2026-05-01 03:00:00 to 2026-05-02 03:00:00 UTC",
          "nothing is new: the history is as it was"}));
  EXPECT_TRUE(printed(answer, {}).starts_with("what        read  imported"));
}

TEST(ImportAnswer, ExitsWithOneAndListsRejects) {
  const Answer answer = import_answer({report("box", 3, 2)});
  EXPECT_EQ(answer.exit_code, 1);
  EXPECT_NE(printed(answer, {}).find("end before start"), std::string::npos);
}

TEST(ImportAnswer, AddsSeveralHistoriesUp) {
  const Answer answer = import_answer({report("a", 3, 1), report("b", 4, 0)});
  EXPECT_EQ(*answer.document.find("source"), Document{"a, b"});
  EXPECT_EQ(*answer.document.find("executions")->find("imported"), Document{7});
  EXPECT_EQ(*answer.document.find("wall_clock_seconds"), Document{5.0});
  EXPECT_EQ(answer.document.find("rejects")->elements()->size(), 1U);
}

}  // namespace
}  // namespace shelduck::cli
