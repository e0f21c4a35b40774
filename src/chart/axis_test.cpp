#include "shelduck/chart/axis.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/time.hpp"

namespace shelduck::chart {
namespace {

std::string labels_of(const std::vector<Tick>& ticks) {
  std::string words;
  for (const Tick& tick : ticks) {
    words += (words.empty() ? "" : " | ") + tick.label;
    if (!tick.context.empty()) words += " (" + tick.context + ")";
  }
  return words;
}

double at(std::string_view text) {
  return static_cast<double>(parse_instant(text).value().instant.time_since_epoch().count());
}

TEST(NumberTicks, AreRoundAndEncloseTheValues) {
  EXPECT_EQ(labels_of(number_ticks({.from = 0.3, .to = 17, .count_max = 6})),
            "0 | 5 | 10 | 15 | 20");
  EXPECT_EQ(labels_of(number_ticks({.from = -3, .to = 4, .count_max = 4})),
            "\u22124 | \u22122 | 0 | 2 | 4");
  EXPECT_EQ(labels_of(number_ticks({.from = 0.01, .to = 0.12, .count_max = 3})),
            "0 | 0.05 | 0.10 | 0.15");
}

TEST(NumberTicks, OfOneValueStandAroundIt) {
  for (const double value : {0.0, 1.0, -7.5, 1e18, 1e-9}) {
    const auto ticks = number_ticks({.from = value, .to = value, .count_max = 6});
    ASSERT_GE(ticks.size(), 2U);
    EXPECT_LE(ticks.size(), 9U);
    EXPECT_LE(ticks.front().at, value);
    EXPECT_GE(ticks.back().at, value);
    EXPECT_LT(ticks.front().at, ticks.back().at);
  }
}

TEST(NumberTicks, DifferFromTheirNeighboursHoweverNarrowTheRangeIs) {
  for (const double size : {1e-9, 1.0, 5.5e6, 123'456'789.0, 9.9e14, 2e15, 3e18, -4e200}) {
    for (const double share : {0.3, 1e-3, 1e-5, 1e-7, 1e-8}) {
      const double width = std::abs(size) * share;
      const auto ticks = number_ticks({.from = size, .to = size + width, .count_max = 6});
      for (std::size_t i = 1; i < ticks.size(); ++i) {
        EXPECT_NE(ticks[i].label, ticks[i - 1].label) << size << " + " << width;
      }
    }
  }
  EXPECT_EQ(labels_of(number_ticks({.from = 2e18, .to = 2e18 + 1e13, .count_max = 2})),
            "2e+18 | 2.000005e+18 | 2.00001e+18");
}

TEST(NumberLabel, SaysMuchInFewLetters) {
  EXPECT_EQ(number_label(1500, 500), "1500");
  EXPECT_EQ(number_label(12500, 500), "12\u2009500");
  EXPECT_EQ(number_label(12'500'000, 500'000), "12.5\u2009M");
  EXPECT_EQ(number_label(3e18, 1e18), "3e+18");
  EXPECT_EQ(number_label(3e-9, 1e-9), "3e-09");
  EXPECT_EQ(number_label(0, 1e-9), "0");
}

TEST(CalendarTicks, StandOnBordersOfTheCalendar) {
  EXPECT_EQ(labels_of(calendar_ticks({at("2025-12-20"), at("2026-01-20"), 8})),
            "22 Dec (2025) | 29 Dec | 5 Jan (2026) | 12 Jan | 19 Jan");
  EXPECT_EQ(labels_of(calendar_ticks({at("2025-11-15"), at("2026-04-20"), 8})),
            "Dec (2025) | Jan (2026) | Feb | Mar | Apr");
  EXPECT_EQ(labels_of(calendar_ticks({at("1949-01-01"), at("1961-01-01"), 8})),
            "1950 | 1952 | 1954 | 1956 | 1958 | 1960");
  EXPECT_EQ(labels_of(calendar_ticks({at("2026-03-01T20:00:00Z"), at("2026-03-02T13:00:00Z"), 8})),
            "21:00 (1 Mar 2026) | 00:00 (2 Mar 2026) | 03:00 | 06:00 | 09:00 | 12:00");
  EXPECT_EQ(labels_of(calendar_ticks({at("2026-03-01T20:00:00Z"), at("2026-03-01T20:00:01Z"), 4})),
            "20:00:00.0 (1 Mar 2026) | 20:00:00.5 | 20:00:01.0");
}

TEST(CalendarTicks, OfAnyStretchAreFew) {
  for (double length = 1; length < 3e17; length *= 3) {
    for (const double from : {at("1900-02-28T23:59:59Z"), at("2024-02-29")}) {
      const auto ticks = calendar_ticks({from, from + length, 8});
      EXPECT_LE(ticks.size(), 10U) << length;
      for (const Tick& tick : ticks) {
        EXPECT_GE(tick.at, from);
        EXPECT_LE(tick.at, from + length);
      }
    }
  }
}

}  // namespace
}  // namespace shelduck::chart
