// SerialPort is a serial device that this process has for itself: raw bytes, no echo, no second
// reader.
//
//   SerialPort port{"/dev/ttyUSB0", 115200};
//   poll and read port.descriptor(), which does not block
//
// Threads: one. Failure: Error. not_found: no such device; busy: another process has it;
// invalid_input: no serial device; else what the operating system says.
#pragma once

#include <cstdint>
#include <string>

namespace shelduck::front {

class SerialPort {
 public:
  // `baud` is a speed that the system knows, such as 9600.
  SerialPort(const std::string& device, std::int64_t baud);
  ~SerialPort();
  SerialPort(const SerialPort&) = delete;
  SerialPort& operator=(const SerialPort&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  void keep_others_out(const std::string& device) const;
  void make_raw(const std::string& device, std::int64_t baud) const;

  int descriptor_ = -1;
};

}  // namespace shelduck::front
