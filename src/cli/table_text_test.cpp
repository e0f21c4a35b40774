#include "shelduck/cli/table_text.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/utf8.hpp"

namespace shelduck::cli {
namespace {

Document plugin(std::string_view name, int runs, std::string_view status) {
  Document row = Document::object();
  row.set("plugin_name", name).set("runs", runs).set("status", status).set("note", nullptr);
  return row;
}

Table plugins() {
  return {.heading = {},
          .columns = {{"plugin_name", "plugin"},
                      {"runs", "runs", Cell::count},
                      {"status", "last status", Cell::status, 1},
                      {"note", "note", Cell::text, 2}},
          .rows = {plugin("apt", 12, "success"), plugin("flatpak", 7, "failed")}};
}

TEST(TableText, AlignsTextLeftAndNumbersRightWithoutTrailingBlanks) {
  EXPECT_EQ(table_text(plugins(), {}),
            "plugin   runs  last status\n"
            "apt        12  success\n"
            "flatpak     7  failed\n");
}

TEST(TableText, ColoursStatusWordsOnlyWhenAllowed) {
  const std::string text = table_text(plugins(), {.color = Terminal::Color::on});
  EXPECT_NE(text.find("\x1b[32msuccess\x1b[0m"), std::string::npos);
  EXPECT_NE(text.find("\x1b[31mfailed\x1b[0m"), std::string::npos);
  EXPECT_EQ(table_text(plugins(), {}).find('\x1b'), std::string::npos);
}

TEST(TableText, DropsTheLeastImportantColumnFirstWhenNarrow) {
  EXPECT_EQ(table_text(plugins(), {.width = 14}),
            "plugin   runs\n"
            "apt        12\n"
            "flatpak     7\n");
}

TEST(TableText, CutsTheLongestTextWhenNoColumnCanGo) {
  const Table table{.columns = {{"plugin_name", "plugin"}, {"runs", "runs", Cell::count}},
                    .rows = {plugin("a-plugin-with-quite-a-long-name", 1, "success")}};
  const std::string text = table_text(table, {.width = 20});
  EXPECT_EQ(text,
            "plugin          runs\n"
            "a-plugin-with\u2026     1\n");
}

TEST(TableText, CutsSeveralTextsAlikeWhereOneWouldNotDo) {
  Document row = Document::object();
  row.set("why", "a number is needed here").set("sent", "a text that is longer than the reason");
  const Table table{.columns = {{"why", "why"}, {"sent", "sent"}}, .rows = {row}};
  EXPECT_EQ(table_text(table, {.width = 30}),
            "why             sent\n"
            "a number is n\u2026  a text that i\u2026\n");
  EXPECT_EQ(table_text(table, {.width = 50}),
            "why                      sent\n"
            "a number is needed here  a text that is longer th\u2026\n");
}

TEST(TableText, KeepsAColumnOfRankZeroThoughItIsEmpty) {
  const Table table{.columns = {{"plugin_name", "plugin"}, {"note", "note"}},
                    .rows = {plugin("apt", 1, "success")}};
  EXPECT_EQ(table_text(table, {}), "plugin  note\napt     -\n");
}

}  // namespace
}  // namespace shelduck::cli
