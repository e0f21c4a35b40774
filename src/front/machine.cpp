#include "shelduck/front/machine.hpp"

#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include <array>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::front {

std::string host_name() {
  std::array<char, 256> buffer{};
  if (gethostname(buffer.data(), buffer.size() - 1) != 0 || buffer[0] == '\0') return "localhost";
  return valid_utf8(buffer.data());
}

std::optional<std::string> user_name() {
  const auto name = commands::login_name();
  return name ? valid_utf8(*name) : "uid " + std::to_string(getuid());
}

std::optional<std::string> boot_id() {
  const int file = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  constexpr std::size_t kUuidText = 36;
  std::array<char, kUuidText> text{};
  const ssize_t got = read(file, text.data(), text.size());
  close(file);
  if (got != static_cast<ssize_t>(kUuidText)) return std::nullopt;
  return std::string{text.data(), kUuidText};
}

std::optional<std::int64_t> utc_offset_minutes(Instant at) {
  const time_t seconds = std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count();
  struct tm local{};
  if (localtime_r(&seconds, &local) == nullptr) return std::nullopt;
  return local.tm_gmtoff / 60;
}

}  // namespace shelduck::front
