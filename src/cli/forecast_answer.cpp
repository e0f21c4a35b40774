#include "shelduck/cli/forecast_answer.hpp"

#include <array>

#include "shelduck/cli/cell.hpp"

namespace shelduck::cli {
namespace {

struct Target {
  std::string_view name;
  std::string_view title;
};

constexpr std::array<Target, 4> kTargets{{{"wall_clock_seconds", "wall clock"},
                                          {"cpu_seconds", "CPU"},
                                          {"memory_peak_bytes", "peak memory"},
                                          {"download_size_bytes", "download"}}};

// "2m 32s (1m 50s to 4m)", "2m 32s (no interval yet)" or "not enough, have 4, need 5".
Document forecast_text(const Document& forecast, Cell cell) {
  if (forecast.is_null()) return {};
  if (const Document& lacking = member_at(forecast, "not_enough"); !lacking.is_null()) {
    return "not enough, have " + cell_text(member_at(lacking, "have"), Cell::count) + ", need " +
           cell_text(member_at(lacking, "need"), Cell::count);
  }
  const Document& lower = member_at(forecast, "lower");
  std::string text = cell_text(member_at(forecast, "point"), cell);
  if (lower.is_null()) return text + " (no interval yet)";
  return text + " (" + cell_text(lower, cell) + " to " +
         cell_text(member_at(forecast, "upper"), cell) + ")";
}

// What this plugin never measured; its duration is always asked for.
bool is_unmeasured(const Document& forecast, const Target& target) {
  return target.name != kTargets.front().name &&
         (forecast.is_null() || member_at(forecast, "not_enough.have") == Document{0});
}

Document person_row(const Document& name, const Document& targets) {
  Document row = Document::object();
  row.set("plugin_name", name);
  for (const Target& target : kTargets) {
    const Document& forecast = member_at(targets, target.name);
    if (is_unmeasured(forecast, target)) continue;
    row.set(target.name, forecast_text(forecast, cell_of_measure(target.name)));
  }
  const Document& wall = member_at(targets, "wall_clock_seconds");
  row.set("n", member_at(wall, "n")).set("model", member_at(wall, "model"));
  return row;
}

// `about` names the plugin (none: the total) and the level.
void add_csv_rows(Document::Array& rows, const Document& about, const Document& targets) {
  for (const Target& target : kTargets) {
    const Document& forecast = member_at(targets, target.name);
    if (is_unmeasured(forecast, target)) continue;
    Document row = about;
    row.set("target", target.name);
    for (const std::string_view member :
         {"point", "lower", "upper", "n", "model", "interval_need"}) {
      row.set(member, member_at(forecast, member));
    }
    row.set("have", member_at(forecast, "not_enough.have"));
    row.set("need", member_at(forecast, "not_enough.need"));
    rows.push_back(std::move(row));
  }
}

// The total is written with the members of a plugin's forecasts, with or without "targets" around.
const Document& targets_of(const Document& forecast) {
  const Document& targets = member_at(forecast, "targets");
  return targets.is_null() ? forecast : targets;
}

std::string level_text(const Document& level) { return cell_text(level, Cell::number) + " %"; }

}  // namespace

Answer predict_answer(Document document) {
  Answer answer = list_answer(std::move(document), "plugins",
                              {"plugin_name", "target", "point", "lower", "upper", "level", "n",
                               "model", "interval_need", "have", "need"});
  Table table{
      .heading = "forecasts with " + level_text(member_at(answer.document, "level")) + " intervals",
      .columns = {{"plugin_name", "plugin"}}};
  int rank = 0;
  for (const Target& target : kTargets) {
    table.columns.push_back({target.name, target.title, Cell::text, rank++});
  }
  table.columns.push_back({"n", "n", Cell::count, 5});
  table.columns.push_back({"model", "model", Cell::text, 6});
  const auto about = [&](const Document& name) {
    Document row = Document::object();
    return row.set("plugin_name", name).set("level", member_at(answer.document, "level"));
  };
  for (const Document& plugin : answer.rows) {
    const Document& name = member_at(plugin, "plugin_name");
    table.rows.push_back(person_row(name, targets_of(plugin)));
    add_csv_rows(answer.csv_rows, about(name), targets_of(plugin));
  }
  if (const Document& total = member_at(answer.document, "total"); !total.is_null()) {
    table.rows.push_back(person_row("total", targets_of(total)));
    add_csv_rows(answer.csv_rows, about(Document{}), targets_of(total));
  }
  if (answer.rows.empty()) table.rows.clear();
  answer.tables.push_back(std::move(table));
  return answer;
}

Answer remaining_answer(Document document) {
  Answer answer;
  const auto row_of = [](const Document& name, const Document& remaining) {
    Document row = Document::object();
    row.set("plugin_name", name)
        .set("remaining", forecast_text(remaining, Cell::seconds))
        .set("n", member_at(remaining, "n"))
        .set("model", member_at(remaining, "model"));
    return row;
  };
  Table table{
      .heading = "after " + cell_text(member_at(document, "elapsed_seconds"), Cell::seconds),
      .columns = {{"plugin_name", "plugin"},
                  {"remaining", "remaining"},
                  {"n", "n", Cell::count, 1},
                  {"model", "model", Cell::text, 2}}};
  if (const Document::Array* plugins = member_at(document, "plugins").elements()) {
    for (const Document& plugin : *plugins) {
      const Document& own = member_at(plugin, "remaining");
      table.rows.push_back(row_of(member_at(plugin, "plugin_name"), own.is_null() ? plugin : own));
    }
  }
  if (const Document& remaining = member_at(document, "remaining"); !remaining.is_null()) {
    table.rows.push_back(row_of("total", remaining));
  }
  answer.tables.push_back(std::move(table));
  answer.document = std::move(document);
  answer.columns = {"elapsed_seconds", "remaining.point", "remaining.lower", "remaining.upper",
                    "remaining.level", "remaining.n",     "remaining.model"};
  return answer;
}

Answer calibration_answer(Document document) {
  Answer answer =
      list_answer(std::move(document), "rows",
                  {"plugin_name", "target", "level", "forecasts", "covered", "coverage", "band_low",
                   "band_high", "width_mean", "pinball_loss", "bias", "level_adaptive"});
  Table table{.columns = {{"plugin_name", "plugin"},
                          {"target", "target"},
                          {"level", "level", Cell::figure},
                          {"forecasts", "scored", Cell::count},
                          {"coverage", "held", Cell::share},
                          {"band_low", "band from", Cell::share, 2},
                          {"band_high", "to", Cell::share, 2},
                          {"width_mean", "mean width", Cell::figure, 3},
                          {"bias", "bias", Cell::figure, 1},
                          {"pinball_loss", "pinball loss", Cell::figure, 4},
                          {"level_adaptive", "asked next", Cell::figure, 5}}};
  for (Document row : answer.rows) {
    const std::string* target = member_at(row, "target").text();
    const Cell cell = cell_of_measure(target == nullptr ? "" : *target);
    for (const std::string_view member : {"width_mean", "bias", "pinball_loss"}) {
      row.set(member, cell_text(member_at(row, member), cell));
    }
    for (const std::string_view member : {"level", "level_adaptive"}) {
      row.set(member, level_text(member_at(row, member)));
    }
    table.rows.push_back(std::move(row));
  }
  answer.tables.push_back(std::move(table));
  return answer;
}

}  // namespace shelduck::cli
