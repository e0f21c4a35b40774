// Opens update logs on disk as one LineSource. The only part of this room that touches a folder.
#pragma once

#include <string>
#include <vector>

#include "shelduck/interop/logs/line_source.hpp"

namespace shelduck::interop::logs {

// The paths of the rotated set that `path` names, oldest first. `path` itself need not exist as
// long as an older part does. Throws Error{not_found} when there is neither.
[[nodiscard]] std::vector<std::string> rotated_files(const std::string& path);

// All files, in this order, as one history. Files are opened now, read later, never changed.
[[nodiscard]] LineSource open_logs(const std::vector<std::string>& paths_oldest_first);

}  // namespace shelduck::interop::logs
