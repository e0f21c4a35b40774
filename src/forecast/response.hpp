// Response is the scale on which a model works and its errors are measured.
//
//   identity  z = y / unit
//   log       z = log((y + offset) / unit)     offset = 0 while every value is positive
//
// `unit` is a power of two near the data, so that the same data times 2^k give the same z, bit for
// bit.
// Both are increasing, so a bound on z is a bound on y with the same coverage, and the median of z
// becomes the median of y. exp of a mean of logs is a median, not a mean.
#pragma once

#include <span>

namespace shelduck::forecast {

enum class ResponseKind { identity, log };

struct Response {
  ResponseKind kind = ResponseKind::identity;
  double offset = 0;
  double unit = 1;

  friend bool operator==(const Response&, const Response&) = default;

  [[nodiscard]] double to_scale(double y) const;
  // The inverse. For log the result is never below 0, whatever z is.
  [[nodiscard]] double from_scale(double z) const;

  [[nodiscard]] bool is_whole() const { return unit > 0 && offset >= 0; }
  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("kind", m.kind, ResponseKind::log), visit("offset", m.offset), visit("unit", m.unit);
  }
};

// Learns, value by value, the response that suits what has been seen:
//   kind    log until a negative value comes, then identity
//   offset  0 until a zero comes; then the first positive value times the largest power of two with
//           which it is not above the smallest positive one, or 1 while none is positive. It
//           follows every factor of the data, and changes seldom.
//   unit    the largest power of two that is not above the first value that is not 0; 1 before it
// Finite values only.
class ResponseReader {
 public:
  void absorb(double value);
  [[nodiscard]] Response response() const;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("negative", m.negative_), visit("zero", m.zero_);
    visit("smallest_positive", m.smallest_positive_), visit("first", m.first_);
  }

 private:
  bool negative_ = false;
  bool zero_ = false;
  double smallest_positive_ = 0;  // 0: none yet
  double first_ = 0;              // 0: none yet
};

// The response after all of these values.
[[nodiscard]] Response natural_response(std::span<const double> values);

}  // namespace shelduck::forecast
