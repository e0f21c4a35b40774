// An environment of given variables.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "shelduck/commands/folders.hpp"

namespace shelduck::commands {

inline Environment environment_of(std::map<std::string, std::string, std::less<>> variables) {
  return [variables](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional{found->second};
  };
}

}  // namespace shelduck::commands
