#include "shelduck/forecast/step_covariates.hpp"

#include <algorithm>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/filling.hpp"

namespace shelduck::forecast {
namespace {

[[noreturn]] void refuse_known(const std::string& field, const std::string& value,
                               const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "the covariates cannot be used: " + field + " is " + value + ", but must be " + rule,
              {.field = field, .value = value, .rule = rule}};
}

void check_names(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty() || std::find(names.begin(), name, *name) != name) {
      refuse_known("a name", "'" + *name + "'", "given, and another than those before it");
    }
  }
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool is_work_size(std::string_view name) {
  std::string word;
  for (const char c : std::string{name} + " ") {
    if (is_letter(c)) {
      word += static_cast<char>(c | 0x20);  // small, in ASCII
      continue;
    }
    if (std::ranges::find(kWorkSizeWords, word) != kWorkSizeWords.end()) return true;
    word.clear();
  }
  return false;
}

StepCovariates StepCovariates::part(std::size_t first, std::size_t count) const {
  const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first * names.size());
  return {.names = names,
          .entries = {begin, begin + static_cast<std::ptrdiff_t>(count * names.size())}};
}

void check(const StepCovariates& known, std::size_t steps) {
  check_names(known.names);
  if (known.entries.size() != steps * known.names.size()) {
    refuse_known(
        "the number of entries", std::to_string(known.entries.size()),
        std::to_string(known.names.size()) + " for each of " + std::to_string(steps) + " steps");
  }
  for (std::size_t i = 0; i < known.entries.size(); ++i) {
    if (std::abs(known.entries[i]) <= kCovariateMax) continue;
    const std::size_t columns = known.names.size();
    refuse_known(known.names[i % columns] + " at step " + std::to_string(i / columns + 1),
                 std::isnan(known.entries[i]) ? "missing" : std::to_string(known.entries[i]),
                 "a finite number of at most 1e70 in size");
  }
}

StepCovariates filled(StepCovariates known, std::size_t steps) {
  const std::size_t columns = known.names.size();
  std::vector<double> column(steps);
  for (std::size_t c = 0; c < columns; ++c) {
    for (std::size_t t = 0; t < steps; ++t) column[t] = known.entries[t * columns + c];
    if (std::ranges::none_of(column, [](double x) { return std::isnan(x); })) continue;
    if (std::ranges::all_of(column, [](double x) { return std::isnan(x); })) {
      refuse_known(known.names[c], "missing at every known step", "there at one of them");
    }
    const std::vector<double> whole = filled(column, Fill::linear);
    for (std::size_t t = 0; t < steps; ++t) known.entries[t * columns + c] = whole[t];
  }
  return known;
}

}  // namespace shelduck::forecast
