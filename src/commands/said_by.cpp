#include "shelduck/commands/said_by.hpp"

#include "shelduck/core/error.hpp"

namespace shelduck::commands {

std::string said_by(const ParsedCommand& resolved, std::string_view option) {
  const auto given = resolved.options.find(option);
  const bool is_flag = given == resolved.options.end() || given->second.origin == "flag" ||
                       given->second.origin == "default";
  return is_flag ? "--" + std::string(option) : given->second.origin;
}

void require_wanted_backend(const ParsedCommand& resolved, const std::filesystem::path& database,
                            std::string_view found) {
  const auto given = resolved.options.find("backend");
  if (given == resolved.options.end()) return;
  const bool is_of_file = std::filesystem::path(given->second.origin).has_parent_path();
  const std::string& wanted = given->second.texts.front();
  if (is_of_file || wanted == found) return;
  const std::string field = said_by(resolved, "backend");
  throw Error{ErrorKind::invalid_input,
              field + " is refused: " + database.string() + " is a database of " +
                  (found == "sqlite" ? "SQLite" : "DuckDB") + "; it was not touched",
              {.field = field,
               .value = wanted,
               .rule = std::string(found) + ", as the file is, or another file"}};
}

}  // namespace shelduck::commands
