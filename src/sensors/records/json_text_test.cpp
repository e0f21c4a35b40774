#include "shelduck/sensors/records/json_text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

namespace shelduck::sensors {
namespace {

std::string hundredths_text(std::int64_t count) {
  std::string text;
  append_hundredths(text, count);
  return text;
}

// The right side is what repr() of Python 3.11 printed for the left one.
TEST(PythonText, IsWhatReprPrints) {
  struct Case {
    double number;
    std::string_view text;
  };
  for (const Case& each : {
           Case{0x0.0p+0, "0.0"},
           Case{-0x0.0p+0, "-0.0"},
           Case{0x1.0000000000000p+0, "1.0"},
           Case{-0x1.0000000000000p+0, "-1.0"},
           Case{0x1.6000000000000p+4, "22.0"},
           Case{0x1.63eb851eb851fp+4, "22.245"},
           Case{0x1.5800000000000p+4, "21.5"},
           Case{0x1.1eb851eb851ecp-4, "0.07"},
           Case{-0x1.999999999999ap-5, "-0.05"},
           Case{0x1.9000000000000p+6, "100.0"},
           Case{0x1.a36e2eb1c432dp-14, "0.0001"},
           Case{0x1.02e4b6ce5dc68p-13, "0.00012345"},
           Case{0x1.a36e2eb1c432cp-14, "9.999999999999999e-05"},
           Case{0x1.4f8b588e368f1p-17, "1e-05"},
           Case{0x1.f75104d551d69p-17, "1.5e-05"},
           Case{0x1.c6bf526340000p+49, "1000000000000000.0"},
           Case{0x1.1c37937e07fffp+53, "9999999999999998.0"},
           Case{0x1.1c37937e08000p+53, "1e+16"},
           Case{0x1.5ee2a2eb5a5c4p+53, "1.2345678901234568e+16"},
           Case{0x1.c12218377de66p+46, "123456789012345.6"},
           Case{0x1.0f0cf064dd592p+73, "1e+22"},
           Case{0x1.249ad2594c37dp+332, "1e+100"},
           Case{0x1.fffffffffffffp+1023, "1.7976931348623157e+308"},
           Case{0x0.0000000000001p-1022, "5e-324"},
           Case{0x1.0000000000000p-1022, "2.2250738585072014e-308"},
           Case{0x1.3333333333334p-2, "0.30000000000000004"},
           Case{0x1.5555555555555p-2, "0.3333333333333333"},
           Case{0x1.5555555555555p-1, "0.6666666666666666"},
           Case{-0x1.47ae147ae147bp+8, "-327.68"},
           Case{0x1.47acccccccccdp+9, "655.35"},
           Case{0x1.0000000000000p+53, "9007199254740992.0"},
           Case{0x1.0000000000000p+63, "9.223372036854776e+18"},
           Case{-0x1.ad7f29abcaf48p-24, "-1e-07"},
           Case{0x1.e240c9fbe76c9p+16, "123456.789"},
           Case{0x1.0624dd2f1a9fcp-10, "0.001"},
           Case{0x1.0000000000000p+52, "4503599627370496.0"},
           Case{0x1.0000000000001p+53, "9007199254740994.0"},
           Case{0x1.18b54f22aeb03p+50, "1234567890123456.8"},
           Case{0x1.63eb851eb851fp+4, "22.245"},
           Case{0x1.04da740da740dp+6, "65.21333333333332"},
           Case{0x1.6524d880bb3eep+10, "1428.5757142857142"},
       }) {
    EXPECT_EQ(python_text(each.number), each.text);
  }
}

TEST(PythonText, IsNullWhereThereIsNoNumber) {
  EXPECT_EQ(python_text(std::nan("")), "null");
  EXPECT_EQ(python_text(-std::numeric_limits<double>::infinity()), "null");
}

RC_GTEST_PROP(PythonTextProperty, ReadsBackEqual, (std::uint64_t bits)) {
  const double number = std::bit_cast<double>(bits);
  RC_PRE(std::isfinite(number));
  const std::string text = python_text(number);
  double again = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), again);
  RC_ASSERT(error == std::errc{} && end == text.data() + text.size());
  RC_ASSERT(std::bit_cast<std::uint64_t>(again) == bits);
  RC_ASSERT(text.find_first_of(".e") != std::string::npos);
}

// As the standard library's shortest form has it, whichever way it is found here.
void require_shortest(double number) {
  std::array<char, 40> space{};
  const auto end =
      std::to_chars(space.data(), space.data() + space.size(), number, std::chars_format::fixed)
          .ptr;
  std::string shortest{space.data(), end};
  if (shortest.find('.') == std::string::npos) shortest += ".0";
  RC_ASSERT(python_text(number) == shortest);
}

RC_GTEST_PROP(PythonTextProperty, IsTheShortestOfFewPlacesAndOfTheirNeighbours, ()) {
  const auto units = *rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(-70'000'000, 70'000'000),
      rc::gen::inRange<std::int64_t>(-2'000'000'000'000'000, 2'000'000'000'000'000));
  const auto unit = *rc::gen::element(1.0, 100.0, 200.0, 1e3, 1e4, 6e3, 1e5);
  const double number = static_cast<double>(units) / unit;
  RC_PRE(std::abs(number) >= 1e-3);
  require_shortest(number);
  require_shortest(std::nextafter(number, 0.0));
  require_shortest(std::nextafter(number, 1e300));
}

TEST(Hundredths, AreTheTextOfTheQuotient) {
  for (std::int64_t count = kTemperatureMin; count <= kHumidityMax; ++count) {
    ASSERT_EQ(hundredths_text(count), python_text(static_cast<double>(count) / 100.0));
  }
  EXPECT_EQ(hundredths_text(std::numeric_limits<std::int64_t>::min()), "-92233720368547758.08");
}

TEST(ReadingJson, HasItsKeysSortedAndIsCompact) {
  std::string text = "[";
  append_json(text, {7, 1700000000, 2200, 4875, 3, 1700000003});
  EXPECT_EQ(text, R"([{"flags":3,"humidity_percent":48.75,"humidity_raw":4875,"node_address":7,)"
                  R"("received_at":1700000003,"temperature_celsius":22.0,"temperature_raw":2200,)"
                  R"("timestamp":1700000000})");
}

TEST(ReadingJson, SaysZeroAndTheEndsOfTheRanges) {
  std::string text;
  append_json(text,
              {std::numeric_limits<std::uint64_t>::max(), kTimestampMax, -32768, 65535, 255, 0});
  append_json(text, {kExactMax, 0, -5, 0, 0, 0});
  EXPECT_EQ(text,
            R"({"flags":255,"humidity_percent":655.35,"humidity_raw":65535,)"
            R"("node_address":"18446744073709551615","received_at":0,)"
            R"("temperature_celsius":-327.68,"temperature_raw":-32768,"timestamp":253402300799})"
            R"({"flags":0,"humidity_percent":0.0,"humidity_raw":0,)"
            R"("node_address":9007199254740991,"received_at":0,)"
            R"("temperature_celsius":-0.05,"temperature_raw":-5,"timestamp":0})");
  std::string address;
  append_address(address, kExactMax + 1);
  EXPECT_EQ(address, "\"9007199254740992\"");
}

}  // namespace
}  // namespace shelduck::sensors
