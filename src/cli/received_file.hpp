// A file that a server made and sent open: copied into a folder of this process's own, which the
// server need not reach, and on the disk when it returns. It belongs to this user.
#pragma once

#include <filesystem>
#include <string_view>

#include "shelduck/cli/request.hpp"
#include "shelduck/delegation/open_file.hpp"

namespace shelduck::cli {

// Failure: Error invalid_input for a name that is none of a file in a folder; io, exhausted;
// cancelled.
void receive_file(std::string_view name, const delegation::OpenFile& file,
                  const std::filesystem::path& folder, const Request& request);

}  // namespace shelduck::cli
