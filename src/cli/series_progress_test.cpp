#include "shelduck/cli/series_progress.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace shelduck::cli {
namespace {

struct DrawnLine {
  std::string text{};

  ProgressOptions options() {
    return {.write = [this](std::string_view bytes) { text = bytes; },
            .clock = [] { return Instant{}; },
            .interval = Microseconds{0}};
  }
  [[nodiscard]] bool has(std::string_view words) const {
    return text.find(words) != std::string::npos;
  }
};

TEST(SeriesProgress, FillsThePartOfTheFileThatABatchCameFrom) {
  DrawnLine line;
  Progress shown{line.options()};
  SeriesProgress progress{shown, "forecast"};
  progress.begin({.series = 2, .read = {{.done = 4000, .total = 8000}}});
  EXPECT_TRUE(line.has("0 %  0 B of 8.0 kB")) << line.text;
  progress.advance();
  EXPECT_TRUE(line.has("25 %  2.0 kB of 8.0 kB")) << line.text;
  progress.advance();
  progress.begin({.series = 1, .read = {{.done = 8000, .total = 8000}}, .pieces_each = 4});
  EXPECT_TRUE(line.has("50 %  4.0 kB of 8.0 kB")) << line.text;
  progress.advance();
  EXPECT_TRUE(line.has("62 %  5.0 kB of 8.0 kB")) << line.text;
}

TEST(SeriesProgress, CountsSeriesWhereNobodyKnowsHowMuchThereIs) {
  DrawnLine line;
  Progress shown{line.options()};
  SeriesProgress progress{shown, "forecast"};
  progress.begin({.series = 2, .pieces_each = 2});
  for (int piece = 0; piece < 4; ++piece) progress.advance();
  EXPECT_TRUE(line.has("forecast  2")) << line.text;
  progress.begin({.series = 2, .pieces_each = 2});
  progress.advance();
  progress.advance();
  EXPECT_TRUE(line.has("forecast  3")) << line.text;
}

TEST(SeriesProgress, IsDrawnByTheThreadThatMadeIt) {
  DrawnLine line;
  Progress shown{line.options()};
  SeriesProgress progress{shown, "forecast"};
  progress.begin({.series = 4, .read = {{.done = 8000, .total = 8000}}});
  std::jthread{[&] { progress.advance(); }}.join();
  EXPECT_TRUE(line.has("0 %")) << line.text;
  progress.advance();
  EXPECT_TRUE(line.has("50 %")) << line.text;
}

}  // namespace
}  // namespace shelduck::cli
