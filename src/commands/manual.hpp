// Manual pages in roff, made from the table of commands: shelduck.1 and one page a command
// (shelduck-history-stats.1).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace shelduck::commands {

struct ManualPage {
  std::string file_name;  // shelduck-history-stats.1
  std::string text;
};

[[nodiscard]] std::vector<ManualPage> manual_pages(std::string_view version);

}  // namespace shelduck::commands
