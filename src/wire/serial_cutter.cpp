#include "shelduck/wire/serial_cutter.hpp"

#include <utility>

namespace shelduck::wire {

std::vector<std::string> SerialCutter::cut(std::string_view bytes) {
  std::vector<std::string> lines;
  while (true) {
    const std::size_t end = bytes.find_first_of("\r\n");
    grow(bytes.substr(0, end));
    if (end == std::string_view::npos) return lines;
    if (!line_.empty()) lines.push_back(std::exchange(line_, {}));
    is_dropping_ = false;
    bytes.remove_prefix(end + 1);
  }
}

void SerialCutter::grow(std::string_view bytes) {
  if (is_dropping_) return;
  if (line_.size() + bytes.size() <= SerialLines::kLineBytesMax) {
    line_ += bytes;
    return;
  }
  line_.clear();
  is_dropping_ = true;
  ++dropped_;
}

}  // namespace shelduck::wire
