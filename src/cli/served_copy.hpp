// A copy of a database that a server owns: the server makes and proves it, and sends its files
// open; they are copied beside the place where the backup goes, which the server need not reach.
#pragma once

#include <filesystem>
#include <optional>

#include "shelduck/cli/served.hpp"
#include "shelduck/store/backup.hpp"

namespace shelduck::cli {

// The server made none, and has said why; nothing where it may be asked again. Not an Error: it was
// told already.
struct NoCopy {
  std::optional<int> exit_code;
};

// The folder of the copy. Failure: NoCopy; Error as answer_by_server, and io where the connection
// was lost before all of it came; nothing is left then.
[[nodiscard]] std::filesystem::path fetch_copy(const Served& served, const Request& request,
                                               const store::BackupPlace& place);

}  // namespace shelduck::cli
