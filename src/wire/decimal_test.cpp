#include "shelduck/wire/decimal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace shelduck::wire {
namespace {

std::int64_t hundredths(std::string_view text) { return Decimal::of(text).hundredths(); }

TEST(Decimal, RoundsHalfAwayFromZeroFromItsText) {
  EXPECT_EQ(hundredths("21.5"), 2150);
  EXPECT_EQ(hundredths("0.285"), 29);  // the nearest double is below
  EXPECT_EQ(hundredths("-0.285"), -29);
  EXPECT_EQ(hundredths("1.005"), 101);
  EXPECT_EQ(hundredths("0.0049999999999999999999"), 0);
  EXPECT_EQ(hundredths("0.00500000000000000000000001"), 1);
  EXPECT_EQ(hundredths("-0.004"), 0);
  EXPECT_EQ(hundredths("-0"), 0);
}

TEST(Decimal, TakesEveryFormOfANumber) {
  EXPECT_EQ(hundredths("2.15e1"), 2150);
  EXPECT_EQ(hundredths("2150E-2"), 2150);
  EXPECT_EQ(hundredths("0.000002150e+7"), 2150);
  EXPECT_EQ(hundredths(".5"), 50);
  EXPECT_EQ(hundredths("7."), 700);
  EXPECT_EQ(hundredths("5e-3"), 1);
  EXPECT_EQ(hundredths("4e-3"), 0);
  EXPECT_EQ(hundredths("1e-99999999999999999999"), 0);
  EXPECT_EQ(hundredths("0e99999999999999999999"), 0);
}

TEST(Decimal, OfAnyLengthStaysANumber) {
  const std::string zeros(1000, '0');
  EXPECT_EQ(hundredths("1" + zeros + "e-1000"), 100);
  EXPECT_EQ(hundredths("0." + zeros + "1e1001"), 100);
  EXPECT_EQ(hundredths("1" + zeros), 900'000'000'000);
  EXPECT_EQ(hundredths("-1e300"), -900'000'000'000);
  EXPECT_EQ(hundredths("99999999999999999999999999999999999999999999999"), 900'000'000'000);
}

TEST(Decimal, FahrenheitIsRoundedOnce) {
  const auto celsius = [](std::string_view text) {
    return Decimal::of(text).hundredths_of_celsius();
  };
  EXPECT_EQ(celsius("32"), 0);
  EXPECT_EQ(celsius("212.0"), 10000);
  EXPECT_EQ(celsius("70.7"), 2150);
  EXPECT_EQ(celsius("-40"), -4000);
  EXPECT_EQ(celsius("32.009"), 1);  // 0.005 degrees
  EXPECT_EQ(celsius("32.00899999999999999"), 0);
  EXPECT_EQ(celsius("31.991"), -1);
  EXPECT_EQ(celsius("31.99100000000000001"), 0);
  EXPECT_LT(celsius("-1e40"), -32768);
  EXPECT_GT(celsius("1e40"), 32767);
}

TEST(Decimal, IsWholeWithoutAFraction) {
  EXPECT_EQ(Decimal::of("255.000000").whole(), 255);
  EXPECT_EQ(Decimal::of("2.5e1").whole(), 25);
  EXPECT_EQ(Decimal::of("1.00000000000000001").whole(), std::nullopt);
  EXPECT_EQ(Decimal::of("0.5").whole(), std::nullopt);
}

RC_GTEST_PROP(Decimal, OfHundredthsIsThatCount, (std::int32_t count, std::uint8_t zeros)) {
  const std::int64_t size = std::abs(static_cast<std::int64_t>(count));
  const std::string cents = std::to_string(100 + size % 100).substr(1);
  const std::string text = (count < 0 ? "-" : "") + std::to_string(size / 100) + "." + cents;
  RC_ASSERT(hundredths(text + std::string(zeros, '0')) == count);
  RC_ASSERT(hundredths(text + std::string(zeros, '0') + "499") == count);
  RC_ASSERT(hundredths(std::to_string(count) + "e-2") == count);
}

}  // namespace
}  // namespace shelduck::wire
