// One element of Shelduck's own JSON export, as export_json.hpp describes it, back as records.
//
// What is derived (covered_by, scores) is not taken: it follows from the rows again.
// Pure; any thread. Failure: Error(invalid_input) that names field, value and rule: the element is
// rejected whole. Private to this room.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <variant>

#include "shelduck/interop/imported_run.hpp"

namespace shelduck::interop {

using ExportedEntry = std::variant<ImportedRun, history::ForecastIssued, history::PluginAliased,
                                   history::FieldUpdated>;

// Told by its keys: run_id and executions, forecast_id, old_name, or entity.
[[nodiscard]] bool is_exported_entry(const nlohmann::json& element);

[[nodiscard]] ExportedEntry exported_entry(const nlohmann::json& element);

}  // namespace shelduck::interop
