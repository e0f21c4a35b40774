#include "shelduck/front/serial_port.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::front {
namespace {

struct LineSpeed {
  std::int64_t baud;
  speed_t code;
};

constexpr std::array<LineSpeed, 10> kLineSpeeds{{{1200, B1200},
                                                 {2400, B2400},
                                                 {4800, B4800},
                                                 {9600, B9600},
                                                 {19200, B19200},
                                                 {38400, B38400},
                                                 {57600, B57600},
                                                 {115200, B115200},
                                                 {230400, B230400},
                                                 {921600, B921600}}};

speed_t speed_code(std::int64_t baud) {
  const auto found = std::ranges::find(kLineSpeeds, baud, &LineSpeed::baud);
  if (found != kLineSpeeds.end()) return found->code;
  throw Error{ErrorKind::invalid_input,
              "no serial device is read at " + std::to_string(baud) + " baud",
              {.field = "--baud", .value = std::to_string(baud), .rule = "a usual speed"}};
}

Error taken_by_another(const std::string& device) {
  return Error{ErrorKind::busy,
               "another process has '" + device + "' open",
               {.field = "DEVICE", .value = device, .rule = "a device has one reader"}};
}

Error no_serial_device(const std::string& device, const std::string& hint) {
  return Error{ErrorKind::invalid_input,
               "'" + device + "' is no serial device",
               {.field = "DEVICE",
                .value = device,
                .rule = "a serial device, or - for standard input",
                .hint = hint}};
}

Error cannot_open(const std::string& device, int reason) {
  if (reason == EBUSY) return taken_by_another(device);
  if (reason == EISDIR) return no_serial_device(device, "it is a folder");
  if (reason != ENOENT && reason != ENXIO) return system_error("open", device, reason);
  return Error{ErrorKind::not_found,
               "there is no device '" + device + "'",
               {.field = "DEVICE", .value = device, .hint = "`-` reads standard input"}};
}

}  // namespace

SerialPort::SerialPort(const std::string& device, std::int64_t baud)
    : descriptor_(open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {
  if (descriptor_ < 0) throw cannot_open(device, errno);
  try {
    make_raw(device, baud);
  } catch (const Error&) {
    close(descriptor_);
    throw;
  }
}

SerialPort::~SerialPort() { close(descriptor_); }

// TIOCEXCL keeps ordinary openers out from now on, the lock those who opened before or are root.
void SerialPort::keep_others_out(const std::string& device) const {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    throw errno == EWOULDBLOCK ? taken_by_another(device) : system_error("flock", device, errno);
  }
  if (ioctl(descriptor_, TIOCEXCL) != 0) throw system_error("TIOCEXCL", device, errno);
}

void SerialPort::make_raw(const std::string& device, std::int64_t baud) const {
  termios line{};
  if (tcgetattr(descriptor_, &line) != 0) {
    throw no_serial_device(
        device,
        "a file can be given as standard input: `shelduck sensors serial - <" + device + "`");
  }
  keep_others_out(device);
  cfmakeraw(&line);
  line.c_cflag |= static_cast<tcflag_t>(CLOCAL | CREAD);
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  const bool is_set =
      cfsetspeed(&line, speed_code(baud)) == 0 && tcsetattr(descriptor_, TCSANOW, &line) == 0;
  if (!is_set) throw system_error("tcsetattr", device, errno);
}

}  // namespace shelduck::front
