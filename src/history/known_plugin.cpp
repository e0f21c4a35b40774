#include "shelduck/history/known_plugin.hpp"

#include <optional>

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

constexpr std::string_view kNames = R"sql(
SELECT DISTINCT coalesce(a.plugin_name, e.plugin_name) AS name
FROM plugin_executions e LEFT JOIN plugin_aliases a ON a.old_name = e.plugin_name
WHERE e.plugin_name IS NOT NULL
)sql";

// At most a third of the letters differ, or one word begins with the other.
constexpr std::string_view kNearNames = R"sql(
WHERE damerau_levenshtein(lower(name), lower($1)) <= greatest(1, length($1) // 3)
   OR starts_with(lower(name), lower($1)) OR starts_with(lower($1), lower(name))
ORDER BY damerau_levenshtein(lower(name), lower($1)), name LIMIT 3
)sql";

std::string in_names(std::string_view condition) {
  return "SELECT name FROM (" + std::string(kNames) + ") " + std::string(condition);
}

std::string near_names(store::Connection& connection, std::string_view name) {
  std::string near;
  for (const store::Row row : connection.query(in_names(kNearNames), {name})) {
    if (!near.empty()) near += ", ";
    near += row.get<std::string_view>(0);
  }
  return near;
}

std::string hint(store::Connection& connection, std::string_view name) {
  const std::string near = near_names(connection, name);
  if (!near.empty()) return "did you mean: " + near;
  if (!connection.query(in_names("LIMIT 1")).first()) return "no execution is recorded yet";
  return "`shelduck history stats` lists the plugins";
}

}  // namespace

std::string known_plugin(store::Connection& connection, std::string_view name) {
  const auto alias =
      connection.query("SELECT plugin_name FROM plugin_aliases WHERE old_name = ?", {name});
  const auto row = alias.first();
  const std::string present = row ? row->get<std::string>(0) : std::string(name);
  if (connection.query(in_names("WHERE name = ?"), {present}).first()) return present;
  throw Error{ErrorKind::not_found,
              "no execution of a plugin '" + std::string(name) + "' is known",
              {.field = "plugin",
               .value = std::string(name),
               .rule = "the name of a plugin with recorded executions",
               .hint = hint(connection, name)}};
}

std::vector<std::string> known_plugins(store::Connection& connection) {
  std::vector<std::string> names;
  for (const store::Row row :
       connection.query(std::string(kNames) + "AND e.covered_by IS NULL ORDER BY name")) {
    names.push_back(row.get<std::string>(0));
  }
  return names;
}

std::string one_a_line(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : "\n") + name;
  return text;
}

}  // namespace shelduck::history
