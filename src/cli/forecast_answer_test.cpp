#include "shelduck/cli/forecast_answer.hpp"

#include <gtest/gtest.h>

#include "shelduck/cli/printer.hpp"

namespace shelduck::cli {
namespace {

Document forecast(double point, Document lower, Document upper) {
  Document value = Document::object();
  value.set("point", point).set("lower", std::move(lower)).set("upper", std::move(upper));
  return value.set("n", 24).set("model", "median");
}

Document plugin(std::string_view name, Document wall) {
  Document targets = Document::object();
  targets.set("wall_clock_seconds", std::move(wall));
  Document row = Document::object();
  return row.set("plugin_name", name).set("targets", targets);
}

Document two_plugins() {
  Document lacking = Document::object();
  lacking.set("have", 4).set("need", 5);
  Document not_enough = Document::object();
  not_enough.set("not_enough", lacking);
  Document plugins = Document::array();
  plugins.add(plugin("apt", forecast(152, 110, 240))).add(plugin("snap", not_enough));
  Document document = Document::object();
  return document.set("level", 90).set("phase", "EXECUTE").set("plugins", plugins);
}

TEST(PredictAnswer, SaysPointIntervalOrWhatIsMissing) {
  EXPECT_EQ(printed(predict_answer(two_plugins()), {}),
            "forecasts with 90 % intervals\n"
            "plugin  wall clock                   n  model\n"
            "apt     2m 32s (1m 50s to 4m 00s)   24  median\n"
            "snap    not enough, have 4, need 5   -  -\n");
}

TEST(PredictAnswer, SaysWhereNoIntervalIsHonestYet) {
  Document plugins = Document::array();
  plugins.add(plugin("apt", forecast(152, nullptr, nullptr)));
  Document document = two_plugins();
  document.set("plugins", plugins);
  EXPECT_NE(printed(predict_answer(document), {}).find("2m 32s (no interval yet)"),
            std::string::npos);
}

TEST(PredictAnswer, GivesCsvOneRowAPluginAndTarget) {
  const std::string csv =
      printed(predict_answer(two_plugins()), {.format = commands::OutputFormat::csv});
  EXPECT_EQ(csv,
            "plugin_name,target,point,lower,upper,level,n,model,interval_need,have,need\n"
            "apt,wall_clock_seconds,152,110,240,90,24,median,,,\n"
            "snap,wall_clock_seconds,,,,90,,,,4,5\n");
}

TEST(RemainingAnswer, ShowsThePluginsAndTheTotal) {
  Document document = Document::object();
  document.set("elapsed_seconds", 60).set("remaining", forecast(90, 30, 200));
  EXPECT_EQ(printed(remaining_answer(document), {}),
            "after 1m 00s\n"
            "plugin  remaining                n  model\n"
            "total   1m 30s (30s to 3m 20s)  24  median\n");
}

TEST(CalibrationAnswer, WritesWidthsInTheUnitOfTheTarget) {
  Document row = Document::object();
  row.set("plugin_name", "apt").set("target", "cpu_seconds").set("level", 90).set("forecasts", 20);
  row.set("covered", 18).set("coverage", 0.9).set("band_low", 0.7).set("band_high", 0.98);
  row.set("width_mean", 75.0).set("pinball_loss", 2.0).set("bias", -3.0);
  row.set("level_adaptive", 91.5);
  Document rows = Document::array();
  rows.add(row);
  Document document = Document::object();
  document.set("rows", rows);
  const std::string table = printed(calibration_answer(document), {});
  EXPECT_NE(table.find("apt     cpu_seconds   90 %      20  90.0%"), std::string::npos) << table;
  EXPECT_NE(table.find("1m 15s   -3s"), std::string::npos) << table;
  EXPECT_NE(table.find("asked next\n"), std::string::npos) << table;
  EXPECT_NE(table.find("91.5 %\n"), std::string::npos) << table;
}

}  // namespace
}  // namespace shelduck::cli
