#include "shelduck/cli/handlers.hpp"

#include <algorithm>
#include <array>

#include "shelduck/cli/command_db.hpp"
#include "shelduck/cli/command_evaluate.hpp"
#include "shelduck/cli/command_export.hpp"
#include "shelduck/cli/command_forecast.hpp"
#include "shelduck/cli/command_forecast_file.hpp"
#include "shelduck/cli/command_history.hpp"
#include "shelduck/cli/command_import.hpp"
#include "shelduck/cli/command_plot.hpp"
#include "shelduck/cli/command_prune.hpp"
#include "shelduck/cli/command_quarantine.hpp"
#include "shelduck/cli/command_sensors.hpp"
#include "shelduck/cli/command_sensors_migrate.hpp"
#include "shelduck/cli/command_sensors_rollback.hpp"
#include "shelduck/cli/command_train.hpp"

namespace shelduck::cli {
namespace {

constexpr std::array kBindings{
    Binding{"history runs", &list_runs, &list_no_runs},
    Binding{"history show", &show_run},
    Binding{"history stats", &show_stats, &show_no_stats},
    Binding{"history daily", &show_daily, &show_no_daily},
    Binding{"history trend", &show_trend, &show_no_trend},
    Binding{"history series", &show_series, &show_no_series},
    Binding{"history accuracy", &show_accuracy, &show_no_accuracy},
    Binding{"history export", &export_history, &export_no_history},
    Binding{"history import",
            ImportHandler{.run = &import_history, .answer = &interop::answer_import_question}},
    Binding{"history prune", &prune_history},
    Binding{"history train", &train_history},
    Binding{"sensors nodes", &list_nodes, &list_no_nodes},
    Binding{"sensors list", &list_readings, &list_no_readings},
    Binding{"sensors readings", &list_node_readings, &list_no_node_readings},
    Binding{"sensors latest", &show_latest},
    Binding{"sensors stats", &show_statistics},
    Binding{"sensors hourly", &show_hours},
    Binding{"sensors daily", &show_days},
    Binding{"sensors quality", &show_quality},
    Binding{"sensors forecast", &forecast_node},
    Binding{"sensors export", &export_readings, &export_no_readings},
    Binding{"sensors quarantine list", &list_refused, &list_none_refused},
    Binding{"sensors quarantine export", &export_refused, &export_none_refused},
    Binding{"sensors quarantine drop", &drop_refused},
    Binding{"sensors prune", &prune_readings},
    Binding{"sensors migrate", &migrate_readings},
    Binding{"sensors rollback", &roll_back_readings},
    Binding{"predict", &predict, &predict_nothing},
    Binding{"remaining", &show_remaining, &show_no_remaining},
    Binding{"calibration", &show_calibration, &show_no_calibration},
    Binding{"forecast", &forecast_file},
    Binding{"forecast evaluate", &evaluate_file},
    Binding{"forecast plot", &plot_series},
    Binding{"db check", &check_database},
    Binding{"db stats", &show_database_stats},
    Binding{"db backup", BackupHandler{.run = &back_up_database, .make = &copy_database}},
    Binding{"db restore", &restore_database},
    Binding{"db rebuild", &rebuild_database},
    Binding{"db migrate", &migrate_database},
    Binding{"db quarantine list", &list_quarantine, &list_no_quarantine},
    Binding{"db quarantine retry", &retry_quarantine},
    Binding{"db quarantine drop", &drop_quarantine},
};

}  // namespace

std::span<const Binding> all_bindings() { return kBindings; }

const Binding* find_binding(std::string_view path) {
  const auto found = std::find_if(kBindings.begin(), kBindings.end(),
                                  [&](const Binding& binding) { return binding.path == path; });
  return found == kBindings.end() ? nullptr : &*found;
}

}  // namespace shelduck::cli
