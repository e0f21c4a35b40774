// StateReader visits a struct and fills its members from a model state.
//
//   StateReader reader{state};
//   reader("model", trained);
//   reader.finish();              // throws where the state has more than was asked for
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "shelduck/forecast/state/model_state.hpp"
#include "shelduck/forecast/state/state_pieces.hpp"

namespace shelduck::forecast {

class StateReader {
 public:
  explicit StateReader(const ModelState& state) : state_(state) {}

  template <class T>
  void operator()(std::string_view name, T& member) {
    const std::size_t outer = path_.enter(name);
    read(member);
    path_.leave(outer);
  }

  template <class T, class Enumeration>
  void operator()(std::string_view name, T& member, Enumeration last) {
    const std::size_t outer = path_.enter(name);
    const auto each = [&](double number) {
      return static_cast<Enumeration>(whole(number, static_cast<double>(last)));
    };
    const std::vector<double>& found = numbers();
    if constexpr (kIsVector<T>) {
      for (const double number : found) member.push_back(each(number));
    } else {
      if (found.size() > 1 || (found.empty() && !kIsOptional<T>)) refuse("one number");
      if (!found.empty()) member = each(found.front());
    }
    path_.leave(outer);
  }

  void finish() const;

 private:
  [[noreturn]] void refuse(std::string_view rule) const;
  [[nodiscard]] const std::vector<double>& numbers();
  [[nodiscard]] const std::string& word();
  [[nodiscard]] double single();
  // A whole number from 0 to `most`.
  [[nodiscard]] std::size_t whole(double number, double most) const;

  template <class Number>
  [[nodiscard]] Number number_of(double number) const {
    constexpr double kExact = 9007199254740992;  // 2^53
    if constexpr (std::is_same_v<Number, bool>) return whole(number, 1) == 1;
    if constexpr (std::is_integral_v<Number>) return whole(number, kExact);
    if constexpr (std::is_floating_point_v<Number>) return number;
  }

  template <class T>
  void read(T& member) {
    if constexpr (StateNumber<T>) {
      member = number_of<T>(single());
    } else if constexpr (StateNumbers<T>) {
      read_numbers(member);
    } else if constexpr (kIsVector<T>) {
      read_structs(member);
    } else if constexpr (kIsOptional<T>) {
      std::vector<typename T::value_type> one;
      read(one);
      if (one.size() > 1) refuse("one, or none");
      if (!one.empty()) member = std::move(one.front());
    } else if constexpr (kIsShared<T>) {
      std::remove_const_t<typename T::element_type> value;
      read(value);
      member = std::make_shared<const decltype(value)>(std::move(value));
    } else {
      T::fields(*this, member);
      if constexpr (requires { member.is_whole(); }) {
        if (!member.is_whole()) refuse("numbers that belong together");
      }
    }
  }

  template <class List>
  void read_numbers(List& list) {
    const std::vector<double>& all = numbers();
    if constexpr (kIsVector<List>) list.resize(all.size());
    if (list.size() != all.size()) refuse(std::to_string(list.size()) + " numbers");
    for (std::size_t i = 0; i < all.size(); ++i) {
      list[i] = number_of<typename List::value_type>(all[i]);
    }
  }

  template <class Struct>
  void read_structs(std::vector<Struct>& list) {
    const std::size_t count = whole(single(), static_cast<double>(state_.arrays.size()));
    for (std::size_t i = 0; i < count; ++i) (*this)(std::to_string(i), list.emplace_back());
  }

  void read(std::string& member) { member = word(); }
  void read(RegularModel& kind);
  void read(RegularState& model) { read_one_of(model, kStateNames); }
  void read(AdjustedState& model) { read_one_of(model, kAdjustedNames); }
  void read(RunModelState& model) { read_one_of(model, kRunStateNames); }

  template <class Variant, std::size_t kCount>
  void read_one_of(Variant& model, const std::array<std::string_view, kCount>& names) {
    const auto name = std::ranges::find(names, word());
    if (name == names.end()) refuse("the name of a model's state");
    const auto index = static_cast<std::size_t>(name - names.begin());
    [&]<std::size_t... kIndices>(std::index_sequence<kIndices...>) {
      ((kIndices == index ? read(model.template emplace<kIndices>()) : void()), ...);
    }(std::make_index_sequence<kCount>{});
  }

  const ModelState& state_;
  StatePath path_;
  std::size_t used_ = 0;
};

}  // namespace shelduck::forecast
