// Writes the whole history as one JSON list, one element a line, that import_json gives back to
// equal rows: the same ids, the same facts, the same hashes. Instants are UTC with Z.
//
//   export_json(store.connection(), [&](std::string_view bytes) { file.write(bytes); });
//
// Elements, each told by its keys:
//   run       {"run_id": ..., every column of runs, "is_ended": true, "executions": [
//               {every column of plugin_executions, "is_ended": true,
//                "steps": [every column of step_metrics], "estimates": [...]}]}
//   forecast  {"forecast_id": ..., every column of forecasts}
//   alias     {"old_name": "apt-get", "plugin_name": "apt", "version": ...}
//   change    {"entity": "run", "id": ..., "field": "username", "value": "ada", "version": ...}
// Rows are written as they were recorded; a field that was changed later is a change of its own.
// Left out: what an import could only destroy with (deletes, prunes), and fitted models, which
// `history train` makes again. Derived columns are written for readers and derived again on import.
// Threads: one. Failure: Error of the store, and what `write` throws.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace shelduck::store {
class Connection;
}

namespace shelduck::interop {

struct JsonExport {
  std::int64_t runs = 0;
  std::int64_t executions = 0;
  std::int64_t forecasts = 0;
};

JsonExport export_json(store::Connection& connection,
                       const std::function<void(std::string_view)>& write);

}  // namespace shelduck::interop
