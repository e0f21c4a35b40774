// SerialCutter makes lines of bytes as they come from a serial port, in pieces of any size.
//
//   SerialCutter cutter;
//   for (const std::string& line : cutter.cut(bytes)) ...
//
// Line feeds and carriage returns end a line; empty ones are left out. A line that grows too long
// is dropped up to its end and counted, so that noise without an end takes no memory.
// Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/wire/serial_lines.hpp"

namespace shelduck::wire {

class SerialCutter {
 public:
  // The lines that end within these bytes.
  [[nodiscard]] std::vector<std::string> cut(std::string_view bytes);

  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  void grow(std::string_view bytes);

  std::string line_;
  bool is_dropping_ = false;
  std::uint64_t dropped_ = 0;
};

}  // namespace shelduck::wire
