#include "shelduck/delegation/order.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"
#include "shelduck/delegation/frame.hpp"

namespace shelduck::delegation {
namespace {

using Words = std::vector<std::string>;

commands::ParsedCommand resolved_words(const Words& words) {
  return commands::resolve(commands::parse(words),
                           {.environment =
                                [](std::string_view name) {
                                  return name == "SHELDUCK_DAYS" ? std::optional<std::string>{"7"}
                                                                 : std::nullopt;
                                },
                            .files = {}});
}

TEST(DelegationOrder, SaysEverythingThatTheCallerSettled) {
  EXPECT_EQ(words_of(resolved_words({"history", "stats", "--db", "/x", "--by", "item", "apt"})),
            (Words{"history", "stats", "--by=item", "--days=7", "--", "apt"}))
      << "a setting of the environment is a flag for the server, the database is its own";
  EXPECT_EQ(words_of(resolved_words({"calibration", "-j"})),
            (Words{"calibration", "--json=true", "--"}));
}

TEST(DelegationOrder, MakesPathsAbsolute) {
  const Words words = words_of(resolved_words({"predict", "--plan", "waves.json"}));
  EXPECT_EQ(words.at(1), "--plan=" + (std::filesystem::current_path() / "waves.json").string());
}

TEST(DelegationOrder, WordsMeanTheSameToTheServer) {
  const auto first = resolved_words({"predict", "apt", "snap", "--level", "80", "-q"});
  const auto second = resolved_words(words_of(first));
  EXPECT_EQ(second.positional_list("PLUGIN"), (Words{"apt", "snap"}));
  EXPECT_EQ(second.level("level"), 0.8);
  EXPECT_TRUE(second.flag("quiet"));
}

TEST(DelegationOrder, ComesBack) {
  const Order order{.database = "/data/a.duckdb",
                    .words = {"history", "stats"},
                    .terminal = {.reader = commands::Terminal::Reader::person,
                                 .format = commands::OutputFormat::csv,
                                 .width = 120,
                                 .color = commands::Terminal::Color::on},
                    .run_id = "r",
                    .error_form = commands::ErrorForm::json,
                    .purpose = Purpose::plan,
                    .input = "{}",
                    .files = Files::taken};
  const Order back = decode_order(encode(order));
  EXPECT_EQ(back.database, order.database);
  EXPECT_EQ(back.words, order.words);
  EXPECT_EQ(back.terminal.reader, order.terminal.reader);
  EXPECT_EQ(back.terminal.format, order.terminal.format);
  EXPECT_EQ(back.terminal.width, order.terminal.width);
  EXPECT_EQ(back.terminal.color, order.terminal.color);
  EXPECT_EQ(back.run_id, order.run_id);
  EXPECT_EQ(back.error_form, order.error_form);
  EXPECT_EQ(back.purpose, order.purpose);
  EXPECT_EQ(back.input, order.input);
  EXPECT_EQ(back.files, order.files);
}

TEST(DelegationOrder, ThatIsNoneIsRefused) {
  Words texts{"/a", "", "", "", "text", "act", "person color", "0", "80", ""};
  EXPECT_NO_THROW((void)decode_order(encode_texts(texts)));
  EXPECT_THROW((void)decode_order(encode_texts({"a"})), Error);
  for (const std::size_t at : {4U, 5U, 6U, 7U, 8U}) {
    Words broken = texts;
    broken[at] = "x";
    EXPECT_THROW((void)decode_order(encode_texts(broken)), Error) << at;
    broken[at].clear();
    EXPECT_THROW((void)decode_order(encode_texts(broken)), Error) << at;
  }
}

}  // namespace
}  // namespace shelduck::delegation
