// A SQLite file with a write-ahead log, before it is opened: to open it leaves files beside it,
// which only a writer could take away again. Private to this room.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace shelduck::interop {

enum class WriteAheadLog {
  none,       // the file keeps no such log
  merged,     // closed by its last user: all is in the file
  abandoned,  // by a crash, and nobody has opened it since
  in_use,     // by whoever has it open, or had before a crash
};

[[nodiscard]] WriteAheadLog look_at_log(const std::filesystem::path& file);

// The name under which SQLite reads the file as it is: no locks, no log.
[[nodiscard]] std::string unlocked_name(const std::filesystem::path& file);

// Says whether a file has stayed merged and as it was since this was made.
class QuietFile {
 public:
  explicit QuietFile(std::filesystem::path file);
  [[nodiscard]] bool is_still_so() const;

 private:
  std::filesystem::path file_;
  std::uintmax_t bytes_ = 0;
  std::filesystem::file_time_type written_{};
};

}  // namespace shelduck::interop
