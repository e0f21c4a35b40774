// One field of a row by its name, as text: what a FieldUpdated record carries. Instants are
// RFC 3339, numbers decimal, enums their words; no text is null.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/history/table.hpp"

namespace shelduck::history {

using FieldText = std::optional<std::string>;

// Ids, keys, hashes and derived columns cannot be updated.
[[nodiscard]] bool is_updatable(std::string_view column) noexcept;

namespace detail {

using shelduck::detail::IsOptional;

[[noreturn]] void refuse_field(std::string_view field, std::string_view value,
                               std::string_view rule);

[[nodiscard]] std::string number_text(std::int64_t value);
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] Instant instant_of(std::string_view field, std::string_view text);
[[nodiscard]] std::int64_t integer_of(std::string_view field, std::string_view text);
[[nodiscard]] double number_of(std::string_view field, std::string_view text);

template <class T>
[[nodiscard]] std::string text_of(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, std::int64_t> || std::is_same_v<T, double>) {
    return number_text(value);
  } else if constexpr (std::is_same_v<T, Instant>) {
    return shelduck::to_string(value);
  } else {
    return std::string(to_string(value));
  }
}

template <class T>
[[nodiscard]] T value_of(std::string_view field, std::string_view text) {
  if constexpr (std::is_same_v<T, std::string>) {
    return std::string(text);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return integer_of(field, text);
  } else if constexpr (std::is_same_v<T, double>) {
    return number_of(field, text);
  } else if constexpr (std::is_same_v<T, Instant>) {
    return instant_of(field, text);
  } else if constexpr (std::is_same_v<T, Status>) {
    if (const auto status = parse_status(text)) return *status;
    refuse_field(field, text, "the word is no status");
  } else if constexpr (std::is_same_v<T, Phase>) {
    if (const auto phase = parse_phase(text)) return *phase;
    refuse_field(field, text, "the word is no phase");
  } else {
    refuse_field(field, text, "this field is fixed");
  }
}

struct FieldGetter {
  std::string_view name;
  FieldText text{};

  template <class T>
  void operator()(std::string_view column, const T& member) {
    if (column != name) return;
    if constexpr (IsOptional<T>::value) {
      if (member) text = text_of(*member);
    } else {
      text = text_of(member);
    }
  }
};

struct FieldSetter {
  std::string_view name;
  const FieldText& text;
  bool is_found = false;

  template <class T>
  void operator()(std::string_view column, T& member) {
    if (column != name) return;
    is_found = true;
    if constexpr (IsOptional<T>::value) {
      if (text) {
        member = value_of<typename T::value_type>(name, *text);
      } else {
        member.reset();
      }
    } else {
      if (!text) refuse_field(name, "null", "this field always has a value");
      member = value_of<T>(name, *text);
    }
  }
};

}  // namespace detail

template <class Row>
[[nodiscard]] FieldText get_field(const Row& row, std::string_view name) {
  detail::FieldGetter getter{name};
  Row::columns(getter, row);
  return getter.text;
}

// Throws Error(invalid_input) for a name that is no field and for a text that is none of its
// values.
template <class Row>
void set_field(Row& row, std::string_view name, const FieldText& text) {
  detail::FieldSetter setter{name, text};
  Row::columns(setter, row);
  if (!setter.is_found) detail::refuse_field(name, text.value_or("null"), "there is no such field");
}

}  // namespace shelduck::history
