#include "shelduck/cli/progress.hpp"

#include <gtest/gtest.h>

namespace shelduck::cli {
namespace {

using std::chrono::milliseconds;

struct Screen {
  std::string text;
  Instant now{};

  ProgressOptions options() {
    return {.write = [this](std::string_view bytes) { text = bytes; },
            .clock = [this] { return now; },
            .interval = milliseconds{100},
            .width = 80};
  }
};

TEST(Progress, DrawsNothingWhenItMayNot) {
  Progress progress;
  EXPECT_NO_THROW(progress.update({.label = "import", .done = 1}));
}

TEST(Progress, ShowsShareAndAmountAndAfterTwoSecondsTheRemainingTime) {
  Screen screen;
  Progress progress{screen.options()};
  const auto report = [](std::int64_t done) {
    return ProgressReport{.label = "import apt",
                          .done = done,
                          .total = 8'000'000,
                          .unit = ProgressReport::Unit::bytes};
  };
  progress.update(report(0));
  EXPECT_EQ(screen.text.find("left"), std::string::npos);
  screen.now += milliseconds{4000};
  progress.update(report(2'000'000));
  EXPECT_EQ(screen.text, "\rimport apt  [#####---------------]  25 %  2.0 MB of 8.0 MB  12s left");
}

TEST(Progress, DrawsNoOftenerThanItsInterval) {
  Screen screen;
  Progress progress{screen.options()};
  progress.update({.label = "apply", .done = 1});
  screen.now += milliseconds{99};
  progress.update({.label = "apply", .done = 2});
  EXPECT_EQ(screen.text, "\rapply  1");
  screen.now += milliseconds{1};
  progress.update({.label = "apply", .done = 2});
  EXPECT_EQ(screen.text, "\rapply  2");
}

TEST(Progress, ClearsExactlyWhatItDrew) {
  Screen screen;
  Progress progress{screen.options()};
  progress.update({.label = "apply", .done = 7});
  progress.clear();
  EXPECT_EQ(screen.text, "\r        \r");
}

TEST(Progress, IsDrawnByAnotherProcessAsItWouldBeHere) {
  Screen here;
  Screen there;
  Progress drawn{here.options()};
  Progress shown{there.options()};
  std::string sent;
  ProgressOptions forwarding = here.options();
  forwarding.write = {};
  forwarding.forward = [&](const ProgressReport& report) { sent = encode(report); };
  Progress forwarded{forwarding};
  const ProgressReport report{
      .label = "train", .done = 3, .total = 8, .unit = ProgressReport::Unit::bytes};
  drawn.update(report);
  forwarded.update(report);
  show(sent, shown);
  EXPECT_EQ(there.text, here.text);
  EXPECT_THROW(show("", shown), Error);
}

TEST(Progress, NeverGrowsWiderThanTheTerminal) {
  Screen screen;
  ProgressOptions options = screen.options();
  options.width = 10;
  Progress progress{options};
  progress.update({.label = "a label that is far too long", .done = 7});
  EXPECT_EQ(screen.text.size(), 10U);
}

}  // namespace
}  // namespace shelduck::cli
