// What a model state can hold: which types are numbers, which are lists of numbers, which are
// lists of structs. Both visitors, that which writes and that which reads, follow these.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace shelduck::forecast {

template <class T>
concept StateNumber = std::is_arithmetic_v<T>;

template <class T>
inline constexpr bool kIsVector = false;
template <class T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <class T>
inline constexpr bool kIsArray = false;
template <class T, std::size_t kSize>
inline constexpr bool kIsArray<std::array<T, kSize>> = true;

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
inline constexpr bool kIsShared = false;
template <class T>
inline constexpr bool kIsShared<std::shared_ptr<const T>> = true;

// Where in the structs a visitor is: their members' names, joined by dots.
class StatePath {
 public:
  // How long the path was, for leave().
  std::size_t enter(std::string_view name) {
    const std::size_t outer = text_.size();
    if (outer > 0) text_ += '.';
    text_ += name;
    return outer;
  }
  void leave(std::size_t outer) { text_.resize(outer); }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

template <class T>
concept StateNumbers = (kIsVector<T> || kIsArray<T>) && StateNumber<typename T::value_type>;

}  // namespace shelduck::forecast
