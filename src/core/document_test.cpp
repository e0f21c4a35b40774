#include "shelduck/core/document.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "shelduck/core/error.hpp"

namespace shelduck {
namespace {

TEST(Document, PrintsJsonInTheOrderOfSetting) {
  Document run = Document::object();
  run.set("name", "apt").set("n", 4).set("rate", 0.5).set("end", nullptr).set("ok", true);
  run.set("list", Document::array().add(1).add("x"));
  EXPECT_EQ(to_json(run), R"({"name":"apt","n":4,"rate":0.5,"end":null,"ok":true,"list":[1,"x"]})");
  run.set("n", 5);
  EXPECT_EQ(*run.find("n")->integer(), 5);
}

TEST(Document, NeverPrintsNonFiniteNumbers) {
  EXPECT_EQ(to_json(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(to_json(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(to_json(0.1), "0.1");
}

TEST(Document, EscapesAndRepairsText) {
  EXPECT_EQ(to_json("a\"b\\c\n\x01"), R"("a\"b\\c\n\u0001")");
  EXPECT_EQ(to_json("\xFF"), "\"\xEF\xBF\xBD\"");
}

TEST(Document, PrintsPrettyJson) {
  Document run = Document::object();
  run.set("a", 1).set("b", Document::array());
  EXPECT_EQ(to_pretty_json(run), "{\n  \"a\": 1,\n  \"b\": []\n}");
}

TEST(Document, QuotesCsvWhereItMust) {
  EXPECT_EQ(to_csv_field("plain"), "plain");
  EXPECT_EQ(to_csv_field("a,\"b\"\n"), "\"a,\"\"b\"\"\n\"");
  EXPECT_EQ(to_csv_field(nullptr), "");
  EXPECT_EQ(to_csv_field(""), "\"\"");
}

TEST(Document, RefusesMembersOnArrays) {
  EXPECT_THROW(Document::array().set("a", 1), Error);
  EXPECT_THROW(Document::object().add(1), Error);
}

}  // namespace
}  // namespace shelduck
