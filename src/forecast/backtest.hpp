// A fit is a function that gives a model, which is data, and its backtest: what the same procedure
// would have forecast for each past value from the values before it alone.
//
// Every family fills it in the same pass that fits it, so selection and intervals, which stand
// above the models, never refit anything.
#pragma once

#include <cstddef>
#include <vector>

namespace shelduck::forecast {

// A forecast before it becomes an interval: `centre` on the scale on which the model measures its
// errors (Response), `spread` the factor by which errors there are expected to be wide, so that
// (truth - centre) / spread is comparable between origins.
struct Centred {
  double centre = 0;
  double spread = 1;
};

// steps[i] is the forecast of value `first + i`. Changing that value or a later one does not change
// it: there is no leak.
struct Backtest {
  std::size_t first = 0;
  std::vector<Centred> steps{};
};

template <class Model>
struct Fitted {
  Model model;
  Backtest backtest;
};

}  // namespace shelduck::forecast
