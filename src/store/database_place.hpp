// What stands at the place of a database before it is opened: a file, a journal, whose. Private to
// the store.
#pragma once

#include <filesystem>
#include <optional>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

// A file that is there and holds something.
[[nodiscard]] bool has_content(const std::filesystem::path& file);

// Throws not_found where there is no database.
void require_something(const std::filesystem::path& database, const Domain& domain);

// The journal's identity, where there is one; throws invalid_input for another domain's.
[[nodiscard]] std::optional<journal::Identity> read_own_identity(
    journal::FileSystem& files, const std::filesystem::path& database, const Domain& domain);

}  // namespace shelduck::store::detail
