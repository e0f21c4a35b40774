// What a shell command prints, and how it ends where it fails.
#pragma once

#include <array>
#include <cstdio>
#include <string>

namespace shelduck::commands {

inline std::string output_of(const std::string& command) {
  std::FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string text;
  std::array<char, 4096> buffer{};
  for (std::size_t got = 0; (got = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
    text.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  return status == 0 ? text : text + "exit status " + std::to_string(status);
}

inline bool has_program(const std::string& name) {
  return output_of("command -v " + name).find('/') != std::string::npos;
}

}  // namespace shelduck::commands
