// Rows are the inputs of a whole series, laid out once, each from what was known before its run.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shelduck/forecast/regression/inputs.hpp"
#include "shelduck/forecast/series.hpp"

namespace shelduck::forecast {

class Rows {
 public:
  explicit Rows(const Series& series);

  [[nodiscard]] const Inputs& inputs() const { return inputs_; }  // after all runs
  [[nodiscard]] std::span<const double> row(std::size_t t) const {
    return std::span{entries_}.subspan(t * inputs_.columns(), inputs_.columns());
  }
  [[nodiscard]] double step(std::size_t t) const { return steps_[t]; }

 private:
  Inputs inputs_;
  std::vector<double> entries_{};
  std::vector<double> steps_{};
};

}  // namespace shelduck::forecast
