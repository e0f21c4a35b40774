#include "shelduck/chart/svg.hpp"

#include <gtest/gtest.h>

namespace shelduck::chart {
namespace {

TEST(Svg, EscapesWhatItShows) {
  const Picture picture{.width = 10,
                        .height = 5,
                        .background = "#ffffff",
                        .title = "a<b>&\"c\"\n\x01",
                        .shapes = {Text{.text = "</svg>", .colour = "#000000"}}};
  const std::string svg = to_svg(picture);
  EXPECT_NE(svg.find("<title>a&lt;b&gt;&amp;&quot;c&quot;\ufffd\ufffd</title>"), std::string::npos);
  EXPECT_NE(svg.find(">&lt;/svg&gt;</text>"), std::string::npos);
}

TEST(Svg, DrawsEachShape) {
  const Picture picture{
      .width = 10,
      .height = 5,
      .background = "#ffffff",
      .shapes = {Line{.points = {{0, 0.5}, {1.006, 2}}, .colour = "#010203", .role = "history"},
                 Area{.points = {{0, 0}, {1, 0}, {1, 1}}, .colour = "#040506", .opacity = 0.25},
                 Dot{.at = {3, 4}, .radius = 1.5, .colour = "#070809"}}};
  const std::string svg = to_svg(picture);
  EXPECT_NE(
      svg.find("<path class=\"history\" d=\"M0 0.5L1.01 2\" fill=\"none\" stroke=\"#010203\""),
      std::string::npos);
  EXPECT_NE(svg.find("<path d=\"M0 0L1 0L1 1Z\" fill=\"#040506\" fill-opacity=\"0.25\"/>"),
            std::string::npos);
  EXPECT_NE(svg.find("<circle cx=\"3\" cy=\"4\" r=\"1.5\" fill=\"#070809\"/>"), std::string::npos);
}

TEST(Showable, ReplacesWhatXmlForbids) {
  EXPECT_EQ(showable("a\tb\x7f\xff"), "a\ufffdb\ufffd\ufffd");
  EXPECT_EQ(showable("\xef\xbf\xbf\xef\xbf\xbd\xef\xbf\xbe"), "\ufffd\ufffd\ufffd");
  EXPECT_EQ(showable("M\u00fcnchen"), "M\u00fcnchen");
}

}  // namespace
}  // namespace shelduck::chart
