// The plugin that a question names, as the tables name it.
//
// Failure: Error(not_found) that names the near words, or says that there is no history yet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

// Follows an alias to its present name. A plugin is known when any execution of it was ever
// recorded, whatever became of it.
[[nodiscard]] std::string known_plugin(store::Connection& connection, std::string_view name);

// The present names of all plugins whose work no better source covers, ascending.
[[nodiscard]] std::vector<std::string> known_plugins(store::Connection& connection);

// Names as one parameter of a query, which cuts it at chr(10).
[[nodiscard]] std::string one_a_line(const std::vector<std::string>& names);

}  // namespace shelduck::history
