#include "shelduck/front/progress_event.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace shelduck::front {
namespace {

TEST(ProgressEvent, ReadsAnEventWithOrWithoutPrefix) {
  for (const char* line :
       {R"({"type":"progress","phase":"download","percent":40.5})",
        R"(PROGRESS: { "event" : "progress", "phase":"download","percent": 40.5 })"}) {
    const auto event = parse_progress(line);
    ASSERT_TRUE(event) << line;
    EXPECT_EQ(event->kind, ProgressKind::progress);
    EXPECT_EQ(event->phase, "download");
    EXPECT_EQ(event->percent, 40.5);
  }
}

TEST(ProgressEvent, SkipsWhatItDoesNotKnow) {
  const auto event = parse_progress(
      R"({"packages":[{"name":"a \"}\" b"},[1]],"type":"phase_end","phase":"x\ny","success":true,)"
      R"("error":null,"bytes_downloaded":7,"items_completed":2})");
  ASSERT_TRUE(event);
  EXPECT_EQ(event->kind, ProgressKind::phase_end);
  EXPECT_EQ(event->phase, "x\ny");
  EXPECT_EQ(event->bytes_downloaded, 7);
  EXPECT_EQ(event->items_completed, 2);
}

TEST(ProgressEvent, PassesOverValuesThatCannotBe) {
  const auto event = parse_progress(
      R"({"type":"progress","percent":200,"bytes_downloaded":-1,"items_completed":"3"})");
  ASSERT_TRUE(event);
  EXPECT_FALSE(event->percent);
  EXPECT_FALSE(event->bytes_downloaded);
  EXPECT_FALSE(event->items_completed);
}

TEST(ProgressEvent, RefusesLinesThatAreNone) {
  for (const char* line :
       {"", "PROGRESS:", "{}", "[]", R"({"type":"other"})", R"({"type":"phase_start"})",
        R"({"type":"progress")", R"({"type":"progress"} x)", R"({"type":"progress",})",
        R"({"type":"progress","a":[[[[)", R"({"type":"pro)", R"({"type":"\u00)"}) {
    EXPECT_FALSE(parse_progress(line)) << line;
  }
}

RC_GTEST_PROP(ProgressEvent, NeverFailsOnAnyText, (const std::string& text)) {
  static_cast<void>(parse_progress(text));
  static_cast<void>(parse_progress("{\"type\":\"progress\"," + text + "}"));
}

}  // namespace
}  // namespace shelduck::front
