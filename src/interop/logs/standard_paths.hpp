// Where update logs stand, which files beside them are older parts of the same history, and what a
// history is called. Pure: folders are listed by log_files.hpp or by the caller.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/interop/logs/log_format.hpp"

namespace shelduck::interop::logs {

// /var/log/apt/history.log and its like. ninja has none: its log lies in each build folder.
[[nodiscard]] std::optional<std::string_view> standard_path(Format format) noexcept;

// "history.log" for "history.log", "history.log.1", "history.log.2.gz", "history.log.3.xz",
// "history.log-20240131.gz" and "history.log.old".
[[nodiscard]] std::string without_rotation(std::string_view file_name);

// Those of `names` (the files of one folder) that belong to `file_name`, oldest first: the higher
// number is older, the earlier date is older, and the name without suffix comes last. A file that
// is there both packed and plain (rotation caught half-way) counts once, plain.
[[nodiscard]] std::vector<std::string> rotated_set(std::string_view file_name,
                                                   const std::vector<std::string>& names);

// The default of --source: the host where `path` is (a rotated part of) a standard path, else the
// absolute path without rotation suffix, so that two build folders never share a history.
[[nodiscard]] std::string source_name(Format format, std::string_view absolute_path,
                                      std::string_view host);

}  // namespace shelduck::interop::logs
