#include "shelduck/cli/printer.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

using commands::OutputFormat;

Answer plugin_table() {
  Document list = Document::array();
  for (const char* name : {"apt", "a,b \"c\""}) {
    Document row = Document::object();
    row.set("plugin_name", name).set("executions", 2).set("mean", nullptr);
    list.add(row);
  }
  Document document = Document::object();
  document.set("days", 90).set("plugins", list);
  Answer answer = list_answer(document, "plugins", {"plugin_name", "executions", "mean"});
  answer.tables.push_back({.columns = {{"plugin_name", "plugin"}}, .rows = answer.rows});
  return answer;
}

TEST(Printer, WritesJsonInOneLineForProgramsAndIndentedForPeople) {
  const Answer answer = plugin_table();
  const std::string line = printed(answer, {.format = OutputFormat::json});
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_TRUE(line.starts_with(R"({"days":90,"plugins":[{"plugin_name":"apt")"));
  const std::string pretty =
      printed(answer, {.reader = Terminal::Reader::person, .format = OutputFormat::json});
  EXPECT_TRUE(pretty.starts_with("{\n  \"days\": 90"));
  EXPECT_TRUE(pretty.ends_with("}\n"));
}

TEST(Printer, WritesTheInnerObjectsOneALineAsNdjson) {
  EXPECT_EQ(printed(plugin_table(), {.format = OutputFormat::ndjson}),
            "{\"plugin_name\":\"apt\",\"executions\":2,\"mean\":null}\n"
            "{\"plugin_name\":\"a,b \\\"c\\\"\",\"executions\":2,\"mean\":null}\n");
}

TEST(Printer, WritesCsvWithAHeaderAndQuotesWhereNeeded) {
  EXPECT_EQ(printed(plugin_table(), {.format = OutputFormat::csv}),
            "plugin_name,executions,mean\n"
            "apt,2,\n"
            "\"a,b \"\"c\"\"\",2,\n");
}

TEST(Printer, WritesTheCsvHeaderAlsoWithoutRows) {
  Answer answer = plugin_table();
  answer.rows.clear();
  EXPECT_EQ(printed(answer, {.format = OutputFormat::csv}), "plugin_name,executions,mean\n");
}

TEST(Printer, WritesASingleDocumentAsOneCsvRow) {
  Answer answer;
  answer.document = Document::object();
  answer.document.set("asked", 3).set("left", 1);
  EXPECT_EQ(printed(answer, {.format = OutputFormat::csv}), "asked,left\n3,1\n");
  EXPECT_EQ(printed(answer, {.format = OutputFormat::ndjson}), "{\"asked\":3,\"left\":1}\n");
}

TEST(Printer, WritesTablesWithAnEmptyLineBetweenAndNoneForNoRows) {
  Answer answer = plugin_table();
  answer.tables.push_back({.columns = {{"plugin_name", "empty"}}});
  answer.tables.push_back(
      {.heading = "again", .columns = {{"executions", "n", Cell::count}}, .rows = answer.rows});
  EXPECT_EQ(printed(answer, {}), "plugin\napt\na,b \"c\"\n\nagain\nn\n2\n2\n");
}

TEST(Printer, PrintsNothingForAnAnswerThatIsWrittenAlready) {
  Answer answer = plugin_table();
  answer.shape = Answer::Shape::written;
  EXPECT_EQ(printed(answer, {.format = OutputFormat::json}), "");
}

TEST(Printer, WritesSlicesAsItWritesAllAtOnce) {
  CancelToken cancel;
  Progress progress;
  std::string text;
  Request request{.arguments = {},
                  .database = {},
                  .domain = {},
                  .output = [&](std::string_view bytes) { text += bytes; },
                  .clock = {},
                  .random = {},
                  .cancel = cancel,
                  .progress = progress};
  const Answer whole = plugin_table();
  Answer form = whole;
  form.rows.clear();
  form.tables.front().rows.clear();
  const auto begin = [&]() -> RowSlices {
    return [&whole, next = std::size_t{0}]() mutable -> std::optional<Document::Array> {
      if (next == whole.rows.size()) return std::nullopt;
      return Document::Array{whole.rows[next++]};
    };
  };
  for (const Terminal& terminal :
       {Terminal{.format = OutputFormat::ndjson}, Terminal{.format = OutputFormat::csv}, Terminal{},
        Terminal{.width = 9, .color = Terminal::Color::on}}) {
    text.clear();
    request.terminal = terminal;
    print_slices(request, form, begin);
    EXPECT_EQ(text, printed(whole, terminal));
  }
}

TEST(ListAnswer, RefusesADocumentWithoutTheList) {
  EXPECT_THROW((void)list_answer(Document::object(), "plugins", {}), Error);
}

TEST(Printer, LeavesOutNotesButNoErrorsWhereQuietIsAskedFor) {
  Answer answer = plugin_table();
  answer.notes = {"all of 2026"};
  answer.errors = {"nothing of pip", "nothing of npm"};
  const std::string errors = "shelduck: nothing of pip\nshelduck: nothing of npm\n";
  const auto said = [&](const std::vector<std::string>& words) {
    return remarks(answer, commands::parse(words));
  };
  EXPECT_EQ(said({"history", "stats"}), "shelduck: all of 2026\n" + errors);
  EXPECT_EQ(said({"history", "stats", "--quiet"}), errors);
}

}  // namespace
}  // namespace shelduck::cli
