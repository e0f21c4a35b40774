#include "shelduck/interop/sensors/write_ahead_log.hpp"

#include <array>
#include <chrono>
#include <fstream>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace shelduck::interop {
namespace {

constexpr std::string_view kMagic{"SQLite format 3\0", 16};
// The version that a reader must know: 2 has a write-ahead log (sqlite.org/fileformat2.html, 1.3).
constexpr std::size_t kReadVersion = 19;

// Systems date files by ticks of up to 10 ms; what is written after a look needs a later date.
constexpr std::chrono::milliseconds kTick{20};

bool keeps_log(const std::filesystem::path& file) {
  std::array<char, kReadVersion + 1> head{};
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), head.size());
  return stream && std::string_view(head.data(), kMagic.size()) == kMagic &&
         head[kReadVersion] == 2;
}

std::uintmax_t bytes_of(const std::filesystem::path& file) {
  std::error_code absent;
  const std::uintmax_t bytes = std::filesystem::file_size(file, absent);
  return absent ? 0 : bytes;
}

std::filesystem::file_time_type written(const std::filesystem::path& file) {
  std::error_code absent;
  return std::filesystem::last_write_time(file, absent);
}

}  // namespace

WriteAheadLog look_at_log(const std::filesystem::path& file) {
  if (!keeps_log(file)) return WriteAheadLog::none;
  if (bytes_of(file.string() + "-wal") == 0) return WriteAheadLog::merged;
  const bool has_index = std::filesystem::exists(file.string() + "-shm");
  return has_index ? WriteAheadLog::in_use : WriteAheadLog::abandoned;
}

std::string unlocked_name(const std::filesystem::path& file) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = "file:";
  for (const char c : file.string()) {
    if (c != '%' && c != '?' && c != '#') {
      name += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    name += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
  }
  return name + "?immutable=1";
}

QuietFile::QuietFile(std::filesystem::path file) : file_(std::move(file)) {
  if (std::filesystem::file_time_type::clock::now() - written(file_) < kTick) {
    std::this_thread::sleep_for(kTick);
  }
  bytes_ = bytes_of(file_);
  written_ = written(file_);
}

bool QuietFile::is_still_so() const {
  return bytes_of(file_.string() + "-wal") == 0 && bytes_of(file_) == bytes_ &&
         written(file_) == written_;
}

}  // namespace shelduck::interop
