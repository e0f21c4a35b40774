// StateWriter visits a struct and puts its members into a model state.
//
//   StateWriter writer{state};
//   writer("model", trained);
#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "shelduck/forecast/state/model_state.hpp"
#include "shelduck/forecast/state/state_pieces.hpp"

namespace shelduck::forecast {

class StateWriter {
 public:
  explicit StateWriter(ModelState& state) : state_(state) {}

  template <class T>
  void operator()(std::string_view name, const T& member) {
    const std::size_t outer = path_.enter(name);
    write(member);
    path_.leave(outer);
  }

  // An enumeration, several, or one that may be absent; `last` is for the reader.
  template <class T, class Enumeration>
  void operator()(std::string_view name, const T& member, Enumeration /*last*/) {
    std::vector<double> numbers;
    if constexpr (kIsVector<T>) {
      for (const Enumeration each : member) numbers.push_back(static_cast<double>(each));
    } else if constexpr (kIsOptional<T>) {
      if (member) numbers.push_back(static_cast<double>(*member));
    } else {
      numbers.push_back(static_cast<double>(member));
    }
    (*this)(name, numbers);
  }

 private:
  void put(std::vector<double> numbers) { state_.arrays[path_.text()] = std::move(numbers); }

  template <class T>
  void write(const T& member) {
    if constexpr (StateNumber<T>) {
      put({static_cast<double>(member)});
    } else if constexpr (StateNumbers<T>) {
      put({member.begin(), member.end()});
    } else if constexpr (kIsVector<T>) {
      put({static_cast<double>(member.size())});
      for (std::size_t i = 0; i < member.size(); ++i) (*this)(std::to_string(i), member[i]);
    } else if constexpr (kIsOptional<T>) {
      using Value = typename T::value_type;
      write(member ? std::vector<Value>{*member} : std::vector<Value>{});
    } else if constexpr (kIsShared<T>) {
      write(*member);
    } else {
      T::fields(*this, member);
    }
  }
  void write(const std::string& word) { state_.words[path_.text()] = word; }
  void write(const RegularModel& kind) { write(std::string{to_string(kind)}); }
  void write(const RegularState& model) { write_one_of(model, kStateNames); }
  void write(const AdjustedState& model) { write_one_of(model, kAdjustedNames); }
  void write(const RunModelState& model) { write_one_of(model, kRunStateNames); }
  template <class Variant, class Names>
  void write_one_of(const Variant& model, const Names& names) {
    write(std::string{names[model.index()]});
    std::visit([&](const auto& state) { write(state); }, model);
  }

  ModelState& state_;
  StatePath path_;
};

}  // namespace shelduck::forecast
