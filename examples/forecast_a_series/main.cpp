// Forecasts the numbers on its standard input, a value of equal steps each, with 80 % intervals.
//
//   seq 1 40 | forecast_a_series 3
//
// Of the library only the room `forecast` is used: no database, and nothing of the engine is
// linked.
//
//   g++ -std=c++20 main.cpp -I PREFIX/include -L PREFIX/lib -lshelduck -ldl -o forecast_a_series
#include <cstddef>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <variant>
#include <vector>

#include "shelduck/forecast/regular_prediction.hpp"

namespace {

namespace forecast = shelduck::forecast;

int say(const std::vector<double>& values, std::size_t horizon) {
  const auto found = fit({.values = values, .horizon = horizon}, forecast::RegularModel::automatic);
  if (const auto* few = std::get_if<forecast::NotEnough>(&found)) {
    std::cerr << "have " << few->have << " values, need " << few->need << '\n';
    return 1;
  }
  const auto& trained = std::get<forecast::TrainedRegular>(found);
  const auto next = predict(trained, values, {.horizon = horizon, .levels = {0.8}});
  for (std::size_t h = 0; h < horizon; ++h) {
    std::cout << next.points[h];
    if (next.need == 0)
      std::cout << ' ' << next.bounds[0].lower[h] << ' ' << next.bounds[0].upper[h];
    std::cout << '\n';
  }
  std::cout << next.method << " on " << next.n << " values\n";
  return 0;
}

}  // namespace

int main(int count, char** words) {
  std::vector<double> values;
  for (double value = 0; std::cin >> value;) values.push_back(value);
  try {
    return say(values, count > 1 ? std::strtoul(words[1], nullptr, 10) : 1);
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
