#include "shelduck/store/database_place.hpp"

#include <cstdint>
#include <string>
#include <system_error>

#include "shelduck/core/error.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

bool has_content(const std::filesystem::path& file) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(file, absent);
  return std::filesystem::is_directory(file) || (!absent && size > 0);
}

void require_something(const std::filesystem::path& database, const Domain& domain) {
  if (has_content(database)) return;
  const std::string place = database.string();
  throw Error{ErrorKind::not_found,
              "no " + domain.name + " yet: " +
                  (std::filesystem::exists(database)
                       ? place + " is empty"
                       : "there is neither a database nor a journal at " + place)};
}

std::optional<journal::Identity> read_own_identity(journal::FileSystem& files,
                                                   const std::filesystem::path& database,
                                                   const Domain& domain) {
  std::optional<journal::Identity> identity =
      journal::read_identity(files, journal::journal_directory(database.string()));
  if (!identity || identity->domain == domain.name) return identity;
  throw Error{
      ErrorKind::invalid_input,
      "the journal beside " + database.string() + " is of '" + identity->domain + "', not of '" +
          domain.name + "'; nothing was touched",
      {.field = "database", .value = database.string(), .rule = "a database of " + domain.name}};
}

}  // namespace shelduck::store::detail
