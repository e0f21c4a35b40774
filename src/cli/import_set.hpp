// Which of the named log files are one history: `history.log`, `history.log.1.gz` and
// `history.log.2.gz` of one folder are, `history.log` of two folders are not.
//
//   for (const ImportSet& set : import_sets(Format::apt, paths, host)) open_logs(set.paths) ...
//
// Reads the names in the folder of a standard path, nothing else.
// Failure: Error(not_found) where a format's standard path has no file, invalid_input for a format
//          that has no standard path and no file was named.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shelduck/interop/logs/log_format.hpp"

namespace shelduck::cli {

struct ImportSet {
  std::vector<std::string> paths;  // the oldest first
  std::string source;              // the default of --source
};

[[nodiscard]] std::vector<ImportSet> import_sets(interop::logs::Format format,
                                                 const std::vector<std::filesystem::path>& files,
                                                 const std::string& host);

}  // namespace shelduck::cli
