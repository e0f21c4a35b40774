// ByteSource is the seam through which a log comes in: a file, a pipe, memory, or one of these
// behind gzip or xz.
//
//   auto bytes = decompressed(open_file("/var/log/apt/history.log.1.gz"));
//
// Threads: one at a time. Failure: read() throws Error{io} where the operating system fails; bytes
// that are damaged are no failure of the program: the source ends early and says so in damage().
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace shelduck::interop::logs {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // Fills the front of `into` and returns how many bytes; 0 is the end, for good.
  [[nodiscard]] virtual std::size_t read(std::span<char> into) = 0;

  // Why the source ended before its data did. Asked for after read() gave 0.
  [[nodiscard]] virtual std::optional<std::string> damage() const { return std::nullopt; }
};

// The bytes themselves; `chunk_bytes` bounds what one read() gives.
[[nodiscard]] std::unique_ptr<ByteSource> memory_bytes(std::string bytes,
                                                       std::size_t chunk_bytes = 65536);

// Opens a file, or a pipe such as /dev/stdin, for reading. Throws Error: not_found, io, or
// invalid_input for a directory.
[[nodiscard]] std::unique_ptr<ByteSource> open_file(const std::string& path);

// Looks at the first bytes, not at names: gzip and xz (several members too) are unpacked, all else
// passes as it is. What was torn off is missing at the end, and damage() says so.
[[nodiscard]] std::unique_ptr<ByteSource> decompressed(std::unique_ptr<ByteSource> packed);

}  // namespace shelduck::interop::logs
