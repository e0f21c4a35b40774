// LineSource cuts one log, or a rotated set of them, into lines that are text, and names those that
// are not. It holds one line and one chunk at a time, however large the files are.
//
//   LineSource lines{{{"history.log.1.gz", decompressed(open_file(old_path))},
//                     {"history.log", decompressed(open_file(path))}}};
//   while (const std::optional<Line> line = lines.next()) { ... }
//
// What it repairs: a carriage return before the line feed, a byte order mark, NUL bytes around a
// line (a file system after a power cut), and a torn line in front of such NUL bytes.
// Threads: one at a time. Failure: as ByteSource.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/interop/logs/byte_source.hpp"

namespace shelduck::interop::logs {

// Why a line is no text of the log. Its reader must not see it.
enum class LineDamage {
  none,
  too_long,         // longer than LineLimits::line_bytes_max; `text` is its beginning
  binary,           // control characters, or NUL bytes between the characters
  wrong_encoding,   // not UTF-8
  torn_before_nul,  // the piece of a line that stands before NUL bytes
  conflict_marker,  // <<<<<<<, |||||||, ======= or >>>>>>> of a merge
  torn_file,        // the compressed file ends or breaks here; `text` is the last, cut line
};

struct Line {
  std::string_view text;  // valid until the next call of next()
  std::size_t part = 0;   // index of the file
  std::uint64_t number = 0;
  LineDamage damage = LineDamage::none;
};

struct LogPart {
  std::string name;
  std::unique_ptr<ByteSource> bytes;
};

struct LineLimits {
  std::size_t line_bytes_max = 4U << 20U;  // apt writes 300 kB when a distribution is upgraded
};

class LineSource {
 public:
  explicit LineSource(std::vector<LogPart> oldest_first, LineLimits limits = {});
  ~LineSource();
  LineSource(const LineSource&) = delete;
  LineSource& operator=(const LineSource&) = delete;
  LineSource(LineSource&&) noexcept;
  LineSource& operator=(LineSource&&) noexcept;

  // Nothing after the last line of the last file.
  [[nodiscard]] std::optional<Line> next();

  // Bytes of log text seen so far, after decompression: for progress.
  [[nodiscard]] std::uint64_t bytes_read() const noexcept;

  // Why the torn_file line before is torn.
  [[nodiscard]] const std::string& damage_reason() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::interop::logs
