#include "shelduck/history/calibration.hpp"

#include <tuple>

#include "shelduck/forecast/conformal.hpp"
#include "shelduck/history/known_plugin.hpp"

namespace shelduck::history {
namespace {

// One line a truth: the last forecast that was issued before it.
constexpr std::string_view kScored = R"sql(
SELECT plugin_name, target, level, point, lower, upper, actual
FROM forecasts WHERE actual IS NOT NULL AND coalesce(level = $1, true)
AND ($2 = '' OR plugin_name IN (SELECT unnest(string_split($2, chr(10)))))
QUALIFY row_number() OVER (
  PARTITION BY plugin_name, plan, total_of, phase, target, level, scored_by
  ORDER BY issued_at DESC, forecast_id DESC) = 1
ORDER BY plugin_name NULLS LAST, target, level, scored_at, scored_by
)sql";

struct Group {
  std::optional<std::string> plugin_name;
  std::string target;
  double level = 0;
  std::vector<forecast::ScoredForecast> pairs;
};

double adaptive_level_of(const Group& group) {
  std::vector<bool> covered;
  for (const forecast::ScoredForecast& pair : group.pairs) {
    if (!pair.lower || !pair.upper) continue;
    covered.push_back(*pair.lower <= pair.actual && pair.actual <= *pair.upper);
  }
  return forecast::adaptive_level(group.level, covered);
}

CalibrationRow row_of(const Group& group) {
  return {group.plugin_name, group.target, group.level, forecast::score(group.pairs, group.level),
          adaptive_level_of(group)};
}

// All of them without a level and names of plugins.
std::vector<Group> scored_groups(store::Connection& connection,
                                 const std::optional<double>& at_level,
                                 const std::string& plugins) {
  std::vector<Group> groups;
  for (const store::Row row : connection.query(kScored, {at_level, plugins})) {
    auto plugin = row.get<std::optional<std::string>>(0);
    auto target = row.get<std::string>(1);
    const auto level = row.get<double>(2);
    if (groups.empty() || std::tie(groups.back().plugin_name, groups.back().target,
                                   groups.back().level) != std::tie(plugin, target, level)) {
      groups.push_back({std::move(plugin), std::move(target), level, {}});
    }
    groups.back().pairs.push_back({row.get<double>(3), row.get<std::optional<double>>(4),
                                   row.get<std::optional<double>>(5), row.get<double>(6)});
  }
  return groups;
}

}  // namespace

Calibration calibration(store::Connection& connection) {
  Calibration calibration;
  for (const Group& group : scored_groups(connection, std::nullopt, "")) {
    calibration.rows.push_back(row_of(group));
  }
  return calibration;
}

AdaptiveLevels adaptive_levels(store::Connection& connection,
                               const std::vector<std::string>& plugins, double level) {
  AdaptiveLevels levels;
  for (const Group& group : scored_groups(connection, level, one_a_line(plugins))) {
    levels[{group.plugin_name.value_or(""), group.target}] = adaptive_level_of(group);
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
