// Completion scripts for bash, zsh and fish, made from the table of commands.
//
//   source <(shelduck completion bash)
#pragma once

#include <string>

namespace shelduck::commands {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace shelduck::commands
