#include "shelduck/history/calibration.hpp"

#include <algorithm>
#include <compare>
#include <tuple>

#include "shelduck/forecast/conformal.hpp"
#include "shelduck/history/known_plugin.hpp"

namespace shelduck::history {
namespace {

// Sorted below: the engine's own window takes five times as long.
constexpr std::string_view kScored = R"sql(
SELECT plugin_name, target, level, point, lower, upper, actual, scored_at, scored_by, phase,
       plan, total_of, issued_at
FROM forecasts WHERE actual IS NOT NULL AND ($1::DOUBLE IS NULL OR level = $1)
AND ($3 OR plugin_name IS NOT NULL)
AND ($2 = '' OR list_contains(string_split($2, chr(10)), plugin_name))
)sql";

// What a forecast was measured by; those of one truth are one forecast that was issued anew.
struct Truth {
  Instant at;
  Uuid by;
  std::string of;  // phase; of a total its plan and plugins too

  auto operator<=>(const Truth&) const = default;
};

struct Scored {
  Truth truth;
  Instant issued_at;
  forecast::ScoredForecast pair;
};

// In the order of an answer: totals last.
struct Subject {
  bool is_total = false;
  std::string plugin_name;
  std::string target;
  double level = 0;

  auto operator<=>(const Subject&) const = default;
};

using PairsBySubject = std::map<Subject, std::vector<forecast::ScoredForecast>>;

std::vector<forecast::ScoredForecast> last_of_each_truth(std::vector<Scored> scored) {
  std::ranges::sort(scored, {}, [](const Scored& one) {
    // Of equal instants the figures decide, so that the order of the table never does.
    return std::tie(one.truth, one.issued_at, one.pair.point, one.pair.lower, one.pair.upper);
  });
  std::vector<forecast::ScoredForecast> pairs;
  for (std::size_t i = 0; i < scored.size(); ++i) {
    const bool is_last = i + 1 == scored.size() || scored[i + 1].truth != scored[i].truth;
    if (is_last) pairs.push_back(scored[i].pair);
  }
  return pairs;
}

Truth truth_of(const store::Row& row) {
  Truth truth{row.get<Instant>(7), row.get<Uuid>(8), row.get<std::string>(9)};
  for (const std::size_t column : {10U, 11U}) {
    if (!row.is_null(column)) truth.of += "\n" + row.get<std::string>(column);
  }
  return truth;
}

Scored scored_of(const store::Row& row) {
  return {.truth = truth_of(row),
          .issued_at = row.get<Instant>(12),
          .pair = {row.get<double>(3), row.get<std::optional<double>>(4),
                   row.get<std::optional<double>>(5), row.get<double>(6)}};
}

// Without a level and names of plugins those of all. Oldest truth first.
struct Which {
  std::optional<double> level{};
  std::string plugins{};  // one a line
  bool totals = true;
};

PairsBySubject scored_pairs(store::Connection& connection, const Which& which) {
  std::map<Subject, std::vector<Scored>> scored;
  for (const store::Row row :
       connection.stream(kScored, {which.level, which.plugins, which.totals})) {
    scored[{.is_total = row.is_null(0),
            .plugin_name = row.get<std::optional<std::string>>(0).value_or(""),
            .target = row.get<std::string>(1),
            .level = row.get<double>(2)}]
        .push_back(scored_of(row));
  }
  PairsBySubject pairs;
  for (auto& [subject, of_subject] : scored) {
    pairs[subject] = last_of_each_truth(std::move(of_subject));
  }
  return pairs;
}

double adaptive_level_of(const std::vector<forecast::ScoredForecast>& pairs, double level) {
  std::vector<bool> covered;
  for (const forecast::ScoredForecast& pair : pairs) {
    if (!pair.lower || !pair.upper) continue;
    covered.push_back(*pair.lower <= pair.actual && pair.actual <= *pair.upper);
  }
  return forecast::adaptive_level(level, covered);
}

}  // namespace

Calibration calibration(store::Connection& connection) {
  Calibration calibration;
  for (const auto& [subject, pairs] : scored_pairs(connection, {})) {
    const auto name = subject.is_total ? std::nullopt : std::optional{subject.plugin_name};
    calibration.rows.push_back({name, subject.target, subject.level,
                                forecast::score(pairs, subject.level),
                                adaptive_level_of(pairs, subject.level)});
  }
  return calibration;
}

AdaptiveLevels adaptive_levels(store::Connection& connection,
                               const std::vector<std::string>& plugins, double level) {
  AdaptiveLevels levels;
  const Which which{.level = level, .plugins = one_a_line(plugins), .totals = false};
  for (const auto& [subject, pairs] : scored_pairs(connection, which)) {
    levels[{subject.plugin_name, subject.target}] = adaptive_level_of(pairs, level);
  }
  return levels;
}

Document document(const Calibration& calibration) {
  Document rows = Document::array();
  for (const CalibrationRow& row : calibration.rows) {
    Document entry = Document::object();
    entry.set("plugin_name", row.plugin_name).set("target", row.target);
    entry.set("level", row.level * 100).set("forecasts", row.card.forecasts);
    entry.set("covered", row.card.covered).set("coverage", row.card.coverage);
    entry.set("band_low", row.card.band_low).set("band_high", row.card.band_high);
    entry.set("width_mean", row.card.mean_width).set("pinball_loss", row.card.pinball_loss);
    entry.set("bias", row.card.bias).set("level_adaptive", row.level_adaptive * 100);
    rows.add(std::move(entry));
  }
  Document answer = Document::object();
  return answer.set("rows", std::move(rows));
}

}  // namespace shelduck::history
