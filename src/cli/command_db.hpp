// Handlers of `shelduck db ...` that concern the file as a whole.
#pragma once

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

// Exit code 5 where something is damaged.
[[nodiscard]] Answer check_database(const Request& request, store::Store& store);

[[nodiscard]] Answer show_database_stats(const Request& request, store::Store& store);

[[nodiscard]] Answer back_up_database(const Request& request, const BackupSource& source);
[[nodiscard]] std::filesystem::path copy_database(const Request& request, store::Store& store);

// These three open the file themselves, and only where nobody else owns it.
[[nodiscard]] Answer restore_database(const Request& request);
[[nodiscard]] Answer rebuild_database(const Request& request);
[[nodiscard]] Answer migrate_database(const Request& request);

}  // namespace shelduck::cli
