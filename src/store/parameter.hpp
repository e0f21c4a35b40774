// Parameter is one bound value of a statement: a small view that lives for one call.
//
//   tx.execute("INSERT INTO runs VALUES (?, ?)", {run_id, std::optional<std::int64_t>{}});
//
// Text must be UTF-8 and numbers finite: both are refused with ErrorKind::invalid_input when bound.
// Text and bytes are borrowed, so a Parameter must not outlive the call it was made for.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::store {

using Bytes = std::span<const std::uint8_t>;

class Parameter {
 public:
  using Value = std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double,
                             std::string_view, Instant, Uuid, Bytes>;

  // A value in a list of parameters is one by itself.
  // NOLINTBEGIN(google-explicit-constructor)
  Parameter(std::nullptr_t) {}
  Parameter(bool value) : value_(value) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Parameter(T value) {
    if (std::in_range<std::int64_t>(value)) {
      value_ = static_cast<std::int64_t>(value);
    } else {
      value_ = static_cast<std::uint64_t>(value);
    }
  }
  Parameter(double value) : value_(value) {}
  Parameter(Seconds value) : value_(value.count()) {}
  Parameter(std::string_view value) : value_(value) {}
  Parameter(const std::string& value) : value_(std::string_view{value}) {}
  Parameter(const char* value) : value_(std::string_view{value}) {}
  Parameter(Instant value) : value_(value) {}
  Parameter(const Uuid& value) : value_(value) {}
  template <class Tag>
  Parameter(const Id<Tag>& value) : value_(value.uuid) {}
  Parameter(Bytes value) : value_(value) {}
  template <class T>
  Parameter(const std::optional<T>& value) {
    if (value) *this = Parameter(*value);
  }
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] const Value& value() const noexcept { return value_; }

 private:
  Value value_;
};

}  // namespace shelduck::store
