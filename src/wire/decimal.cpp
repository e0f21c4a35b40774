#include "shelduck/wire/decimal.hpp"

#include <algorithm>
#include <cstddef>

namespace shelduck::wire {
namespace {

constexpr std::int64_t kPlaces = 8;
constexpr std::int64_t kUnits = 100'000'000;
constexpr std::int64_t kUnitsMax = 9'000'000'000 * kUnits;
constexpr std::int64_t kHalvesOfHundredth = 2 * kUnits / 100;
constexpr std::int64_t kHalvesOf32 = kUnits * 2 * 32;

// Beyond every length of a text, and far from the ends of its type.
constexpr std::int64_t kExponentMax = std::int64_t{1} << 40U;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

std::int64_t exponent_of(std::string_view text) noexcept {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  for (const char digit : text) exponent = std::min(exponent * 10 + (digit - '0'), kExponentMax);
  return is_negative ? -exponent : exponent;
}

// The amount of a mantissa in units, cut towards zero, and whether something was cut.
struct Amount {
  std::int64_t units = 0;
  bool has_more = false;
};

// `place` is the power of ten, in units, of the first digit.
Amount amount_of(std::string_view mantissa, std::int64_t place) noexcept {
  Amount amount;
  for (const char c : mantissa) {
    if (!is_digit(c)) continue;
    if (place-- < 0) {
      amount.has_more = amount.has_more || c != '0';
    } else if (amount.units < kUnitsMax) {
      amount.units = amount.units * 10 + (c - '0');
    }
  }
  for (; place >= 0 && amount.units > 0 && amount.units < kUnitsMax; --place) amount.units *= 10;
  return amount;
}

std::int64_t rounded(std::int64_t dividend, std::int64_t divisor) noexcept {
  const std::int64_t half = divisor / 2;
  return dividend < 0 ? -((half - dividend) / divisor) : (dividend + half) / divisor;
}

}  // namespace

Decimal Decimal::of(std::string_view text) noexcept {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t e = text.find_first_of("eE");
  const std::string_view mantissa = text.substr(0, e);
  const std::int64_t exponent = e == std::string_view::npos ? 0 : exponent_of(text.substr(e + 1));
  const auto lead = static_cast<std::int64_t>(std::min(mantissa.find('.'), mantissa.size()));
  const Amount amount = amount_of(mantissa, lead - 1 + exponent + kPlaces);
  const std::int64_t halves =
      amount.units < kUnitsMax ? 2 * amount.units + (amount.has_more ? 1 : 0) : 2 * kUnitsMax;
  return Decimal{is_negative ? -halves : halves};
}

std::int64_t Decimal::hundredths() const noexcept { return rounded(halves_, kHalvesOfHundredth); }

std::int64_t Decimal::hundredths_of_celsius() const noexcept {
  return rounded((halves_ - kHalvesOf32) * 5, 9 * kHalvesOfHundredth);
}

std::optional<std::int64_t> Decimal::whole() const noexcept {
  if (halves_ % (2 * kUnits) != 0) return std::nullopt;
  return halves_ / (2 * kUnits);
}

}  // namespace shelduck::wire
