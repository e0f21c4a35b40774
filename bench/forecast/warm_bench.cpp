// One new run for each of 120 trained models: taken in and the next one predicted, with its
// interval, on one core. Every kind of model in turn; the slowest one counts. Goal: under 20 ms.
// Models of equal steps are timed twice: the point alone, and with the interval, for which the
// model goes along its year again.
//
//   warm [MODEL...]        of equal steps, of these alone
#include <algorithm>
#include <array>
#include <cstdio>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "figure.hpp"
#include "runs_of_a_year.hpp"
#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/regular_prediction.hpp"
#include "shelduck/forecast/select.hpp"

namespace {

using namespace shelduck::forecast;  // NOLINT(google-build-using-namespace): a program of one file

constexpr int kPasses = 9;
constexpr double kGoalMilliseconds = 20;
constexpr std::size_t kKnown = 364;

double milliseconds_of(const std::function<double()>& work) {
  std::vector<double> passes;
  for (int pass = 0; pass < kPasses; ++pass) {
    const shelduck::bench::Clock clock;
    const double used = work();
    passes.push_back(used == used ? clock.milliseconds() : 0);
  }
  return median_of(passes);
}

double of_runs(ModelKind kind, const std::vector<Series>& known, const std::vector<Series>& all) {
  std::vector<TrainedModel> trained;
  for (const Series& series : known) trained.push_back(std::get<TrainedModel>(train(series, kind)));
  return milliseconds_of([&] {
    double sum = 0;
    for (std::size_t i = 0; i < trained.size(); ++i) {
      const Series& series = all[i];
      const Run run{.known = {.time = series.times[kKnown],
                              .covariates = {{"packages", series.covariates[0].values[kKnown]}}},
                    .value = series.values[kKnown]};
      const auto after = update(trained[i], run);
      if (after) sum += interval(predict(*after)).point;
    }
    return sum;
  });
}

double point_of(const TrainedRegular& model, std::span<const double> /*values*/) {
  return forecast(model, 1).points[0];
}

double with_interval(const TrainedRegular& model, std::span<const double> values) {
  return predict(model, values, {.horizon = 1, .levels = {0.9}}).bounds[0].upper.at(0);
}

using Answering = double (*)(const TrainedRegular&, std::span<const double> values);

double of_equal_steps(RegularModel kind, const std::vector<Series>& known,
                      const std::vector<Series>& all, Answering answer) {
  std::vector<TrainedRegular> trained;
  for (const Series& series : known) {
    trained.push_back(std::get<TrainedRegular>(fit({.values = series.values, .period = 7}, kind)));
  }
  return milliseconds_of([&] {
    double sum = 0;
    for (std::size_t i = 0; i < trained.size(); ++i) {
      const std::span values{all[i].values.data(), kKnown + 1};
      sum += answer(update(trained[i], values.last(1)), values);
    }
    return sum;
  });
}

struct Slowest {
  double milliseconds = 0;
  std::string name;

  void hear(double found, std::string_view of) {
    std::fprintf(stderr, "%s: %.2f ms\n", std::string{of}.c_str(), found);
    if (found > milliseconds) *this = {found, std::string{of}};
  }
};

void print_slowest(const Slowest& slowest, const std::string& what) {
  std::array<char, 100> seen{};
  std::snprintf(seen.data(), seen.size(), "%.1f ms of processor time (%s)", slowest.milliseconds,
                slowest.name.c_str());
  shelduck::bench::print({.what = what,
                          .goal = "20 ms",
                          .seen = seen.data(),
                          .is_reached = slowest.milliseconds < kGoalMilliseconds});
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> named(words + 1, words + count);
  const auto is_asked = [&](std::string_view name) {
    return named.empty() || std::ranges::find(named, name) != named.end();
  };
  const std::vector<Series> known = shelduck::bench::years(kKnown);
  const std::vector<Series> all = shelduck::bench::years();
  Slowest slowest;
  Slowest with_intervals;
  for (const ModelKind kind :
       {ModelKind::mean, ModelKind::median, ModelKind::ses, ModelKind::regression,
        ModelKind::recent_median, ModelKind::together, ModelKind::ensemble}) {
    if (named.empty()) slowest.hear(of_runs(kind, known, all), to_string(kind));
  }
  for (const RegularModel kind : kRegularModels) {
    if (!is_asked(to_string(kind))) continue;
    slowest.hear(of_equal_steps(kind, known, all, point_of), to_string(kind));
    with_intervals.hear(of_equal_steps(kind, known, all, with_interval),
                        std::string{to_string(kind)} + " with intervals");
  }
  print_slowest(slowest,
                "120 trained models of a year, one new run each: updated and "
                "predicted, the slowest of all models");
  print_slowest(with_intervals,
                "the same of equal steps, with intervals of 90 %, the slowest of all models");
  return 0;
}
