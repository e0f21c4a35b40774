// Decimal: a number as it was written, so that 0.285 is rounded to 0.29 although the nearest double
// lies below it. Eight digits after the point are kept, and whether others than zero follow.
//
//   Decimal::of("21.505").hundredths();                      // 2151, half away from zero
//   Decimal::of("70.7").hundredths_of_celsius();             // 2150, of degrees Fahrenheit
//
// Numbers beyond 9 * 10^9 become that number, which no range here reaches.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shelduck::wire {

class Decimal {
 public:
  // `text` is -?D*[.D*][(e|E)[+-]D+] with at least one digit before the exponent; the caller has
  // checked that.
  [[nodiscard]] static Decimal of(std::string_view text) noexcept;

  // Rounded half away from zero.
  [[nodiscard]] std::int64_t hundredths() const noexcept;
  // The same of the temperature in Celsius, where this one is in Fahrenheit; rounded once.
  [[nodiscard]] std::int64_t hundredths_of_celsius() const noexcept;
  // Nothing where there is a fraction.
  [[nodiscard]] std::optional<std::int64_t> whole() const noexcept;

 private:
  explicit Decimal(std::int64_t halves) noexcept : halves_(halves) {}

  // In halves of 10^-8: an odd number stands for all that lies between two units, where no rounding
  // below has a border.
  std::int64_t halves_;
};

}  // namespace shelduck::wire
