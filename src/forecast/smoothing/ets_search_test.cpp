#include "shelduck/forecast/smoothing/ets_search.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "shelduck/forecast/smoothing/ets_for_test.hpp"

namespace shelduck::forecast {
namespace {

struct KnownFit {
  const EtsValues& values;
  std::size_t period;
  std::string form;  // empty: by choice
  double aicc;
};

// AICc of statsforecast 2.1.1 (AutoETS(season_length=period, model=..., damped=...).fit(values),
// Python 3.11), whose likelihood has the same constants. Its search stops earlier: ours may be
// lower, but not higher. Its region lies within the box; the calm one is narrower in gamma, so that
// there only the chosen forms are compared.
TEST(EtsSearch, IsAsLikelyAsTheReference) {
  const std::array known{KnownFit{kYearly, 1, "", 273.2307441341725},
                         KnownFit{kYearly, 1, "A,N,N", 307.6364323216314},
                         KnownFit{kYearly, 1, "A,Ad,N", 280.68604270311033},
                         KnownFit{kYearly, 1, "M,A,N", 275.1903546598723},
                         KnownFit{kLevel, 1, "", 157.3068723821579},
                         KnownFit{kLevel, 1, "A,A,N", 163.31370665176811},
                         KnownFit{kLevel, 1, "M,Ad,N", 165.96087305412664},
                         KnownFit{kQuarterly, 4, "", 246.31293586068767},
                         KnownFit{kQuarterly, 4, "A,A,A", 261.04647906826085},
                         KnownFit{kQuarterly, 4, "M,N,M", 250.02640106649784},
                         KnownFit{kQuarterly, 4, "M,Ad,A", 269.2501462476365},
                         KnownFit{kMonthly, 12, "", 416.50800388942787},
                         KnownFit{kMonthly, 12, "A,N,A", 422.30339619746786},
                         KnownFit{kMonthly, 12, "M,A,M", 423.58516791458896},
                         KnownFit{kMonthly, 12, "M,A,A", 422.262854598438},
                         KnownFit{kMixed, 4, "", 88.14258597321738},
                         KnownFit{kMixed, 4, "A,Ad,A", 95.03498061496515}};
  constexpr double kSearch = 1e-3;  // where a search ends, beside AICc differences that tell
  for (const KnownFit& one : known) {
    const auto fit = [&](EtsRegion region) {
      return one.form.empty()
                 ? fit_exponential_smoothing(one.values, one.period, region)
                 : fit_exponential_smoothing(one.values, form_named(one.form), one.period, region);
    };
    EXPECT_LE(fit(EtsRegion::box).aicc.value(), one.aicc + kSearch)
        << "period " << one.period << ", form " << one.form;
    if (one.form.empty()) {
      EXPECT_LE(fit(EtsRegion::calm).aicc.value(), one.aicc + kSearch) << "period " << one.period;
    }
  }
}

// One maximum, found by both: k counts every unknown, and the deviation of the errors.
TEST(EtsSearch, CountsParametersInTheCriterion) {
  const auto model = fit_exponential_smoothing(kLevel, form_named("M,N,N"), 1);
  EXPECT_NEAR(model.aicc.value(), 157.3068723821579, 1e-4);
  const double k = 3;
  const double n = 24;
  EXPECT_NEAR(model.aicc.value() - model.criterion.value(), 2 * k + 2 * k * (k + 1) / (n - k - 1),
              1e-9);
}

EtsValues drawn(const std::string& name, std::size_t period, const EtsCourse& course,
                double deviation) {
  std::mt19937 generator{20};
  std::normal_distribution<double> noise{0, deviation};
  ExponentialSmoothingModel model = at_start(name, period, course);
  EtsValues values;
  for (int t = 0; t < 120; ++t) {
    const double point = model.next();
    values.push_back(name[0] == 'A' ? point + noise(generator) : point * (1 + noise(generator)));
    model.absorb(values.back());
  }
  return values;
}

TEST(EtsSearch, FindsTrendAndSeason) {
  const EtsState flat{.level = 100};
  const EtsState rising{.level = 100, .slope = 2};
  EtsState waves = rising;
  waves.season = {1.3, 1.1, 0.7, 0.9};
  EtsState tides{.level = 100, .season = {20, 5, -10, -15}};
  const auto level = fit_exponential_smoothing(drawn("A,N,N", 4, {{.alpha = 0.3}, flat}, 2), 4);
  EXPECT_EQ(level.form.trend, Trend::none);
  EXPECT_EQ(level.form.season, EtsSeason::none);
  EXPECT_NEAR(level.weights.alpha, 0.3, 0.15) << "its standard error is about 0.07";
  const auto line =
      fit_exponential_smoothing(drawn("A,A,N", 4, {{.alpha = 0.3, .beta = 0.01}, rising}, 2), 4);
  EXPECT_NE(line.form.trend, Trend::none);
  EXPECT_EQ(line.form.season, EtsSeason::none);
  const auto additive =
      fit_exponential_smoothing(drawn("A,N,A", 4, {{.alpha = 0.3, .gamma = 0.1}, tides}, 2), 4);
  EXPECT_EQ(additive.form.season, EtsSeason::additive);
  EXPECT_EQ(additive.form.trend, Trend::none);
  const auto growing = fit_exponential_smoothing(
      drawn("M,A,M", 4, {{.alpha = 0.3, .beta = 0.01, .gamma = 0.1}, waves}, 0.03), 4);
  EXPECT_EQ(to_string(growing.form), "M,A,M");
}

TEST(EtsSearch, ChoosesWhatItWouldFitAlone) {
  for (const auto& [values, period] : {std::pair{kMonthly, 12U}, std::pair{kMixed, 4U}}) {
    const auto chosen = fit_exponential_smoothing(values, period);
    for (const std::string name : kEtsNames) {
      if (period == 4 && name.find('M') != std::string::npos) continue;
      const auto alone = fit_exponential_smoothing(values, form_named(name), period);
      EXPECT_LE(chosen.aicc.value(), alone.aicc.value()) << name;
      if (alone.form == chosen.form) {
        EXPECT_EQ(chosen.aicc, alone.aicc);
        EXPECT_EQ(chosen.state.level, alone.state.level);
      }
    }
  }
}

TEST(EtsSearch, GoesDownFromRoughToPolished) {
  EtsSearch search{kMonthly, 12, EtsRegion::calm};
  for (const std::string name : kEtsNames) {
    const EtsForm form = form_named(name);
    const EtsFit& fit = search.fit(form);
    const EtsFit end = search.polished(fit);
    EXPECT_LE(fit.aicc, search.rough(form).aicc) << name;
    EXPECT_LE(end.aicc, fit.aicc) << name;
    EXPECT_NEAR(end.aicc, fit.aicc, 0.1) << name;
    EXPECT_TRUE(end.form == form && end.is_possible) << name;
  }
}

// Two valleys: around the mean the squares sum up to 1421.7, from value to value to 876. Only a
// search that begins with fast weights ends in the second one.
TEST(EtsSearch, FindsTheBetterOfTwoValleys) {
  const EtsValues values{46, 42, 48, 48, 59, 70, 68, 60, 61, 68, 68, 56, 40, 48};
  const auto model = fit_exponential_smoothing(values, EtsForm{}, 1);
  EXPECT_NEAR(model.criterion.value(), 14 * std::log(876.0), 0.01);
  EXPECT_NEAR(model.weights.alpha, 0.9999, 1e-9);
}

// No neighbour is more likely: each unknown is moved both ways by a hundredth of its size.
TEST(EtsSearch, IsALocalMaximumOfTheLikelihood) {
  for (const std::string name : kEtsNames) {
    const auto model = fit_exponential_smoothing(kQuarterly, form_named(name), 4, EtsRegion::box);
    EtsSquares problem{{.form = model.form, .period = 4}, kQuarterly};
    EtsUnknowns at = problem.unknowns_of({.weights = model.weights, .start = model.start});
    const std::span place = std::span{at}.first(problem.unknowns());
    const double least = problem.squares(place);
    EXPECT_NEAR(ets_criterion(least, kQuarterly.size()), model.criterion.value(), 1e-6) << name;
    for (std::size_t i = 0; i < place.size(); ++i) {
      const double here = place[i];
      for (const double factor : {0.99, 1.01}) {
        place[i] = here * factor;
        const bool inside =
            i >= ets_parameters(model.form) ||
            (place[i] >= problem.walls().lower[i] && place[i] <= problem.walls().upper[i]);
        if (inside) {
          EXPECT_GE(problem.squares(place), least * (1 - 1e-6)) << name << " unknown " << i;
        }
      }
      place[i] = here;
    }
  }
}

}  // namespace
}  // namespace shelduck::forecast
