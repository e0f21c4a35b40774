// The history.json of the update program whose users come to Shelduck: one element is one run with
// its plugins.
//
//   {"id": "1a2b3c4d", "start_time": "2026-05-01T03:00:00+02:00", "end_time": null,
//    "plugins": [{"name": "apt", "status": "success", "packages_updated": 3, "error_message": null,
//                 "start_time": ..., "end_time": ...}]}
//
// Also read where they are there: hostname, username, config_hash, status of the run;
// packages_total, exit_code of a plugin. What is odd becomes what it means: succeeded and completed
// are success, error is failed, any other word is pending and kept in status_raw; a final status
// without an end has ended, nobody knows when; a running or pending plugin without an end is
// unfinished; a plugin without a start stands at its run's start and has no duration.
// Pure; any thread. Failure: Error(invalid_input) that names field, value and rule: the run is
// rejected whole. Private to this room.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "shelduck/interop/imported_run.hpp"
#include "shelduck/interop/logs/local_zone.hpp"

namespace shelduck::interop {

struct ProgramRun {
  ImportedRun run;            // its ids are given by give_ids
  std::string identity;       // source id and start: what two versions of one run share
  bool assumed_zone = false;  // a time named no offset
};

struct ProgramRunOptions {
  std::string source;
  std::optional<std::string> hostname;  // of runs that name none
  logs::LocalZone zone;                 // of times that name no offset
};

[[nodiscard]] ProgramRun program_run(const nlohmann::json& element,
                                     const ProgramRunOptions& options);

// `ordinal` counts the different runs of one identity.
void give_ids(ProgramRun& run, std::size_t ordinal);

}  // namespace shelduck::interop
