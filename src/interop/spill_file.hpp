// SpillFile holds what does not fit into memory between two passes: written once, read once from
// the beginning, gone with the object. It has no name in the file system.
//
//   SpillFile spill{request.temporary};
//   spill.put("castle");  spill.put(points);
//   spill.rewind();
//   const std::string id = spill.text();
//   const std::vector<double> points = spill.numbers();
//
// Values come back as they went in, in the byte order of this machine: the file outlives no
// process. Failure: Error io, or exhausted for a full disk, that names the folder; Error bug where
// more is read than was written. Threads: one at a time.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::interop {

class SpillFile {
 public:
  explicit SpillFile(std::filesystem::path folder);

  void put(std::uint64_t number);
  void put(std::string_view text);
  void put(const std::vector<double>& numbers);

  // Everything is written; from here on it is read.
  void rewind();

  [[nodiscard]] std::uint64_t number();
  [[nodiscard]] std::string text();
  [[nodiscard]] std::vector<double> numbers();

 private:
  void write(const void* bytes, std::size_t size);
  void read(void* bytes, std::size_t size);

  std::filesystem::path folder_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, &std::fclose};
};

}  // namespace shelduck::interop
