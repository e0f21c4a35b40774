// OpenFile owns an open descriptor: it is closed with its object.
//
//   const OpenFile file = OpenFile::to_read("/data/copy/manifest");
//   channel.send_file("manifest", file);
//
// Failure: to_read throws Error(io, exhausted, refused) that names the path.
#pragma once

#include <filesystem>
#include <utility>

namespace shelduck::delegation {

class OpenFile {
 public:
  OpenFile() = default;  // none
  explicit OpenFile(int descriptor) noexcept : descriptor_(descriptor) {}
  [[nodiscard]] static OpenFile to_read(const std::filesystem::path& path);
  ~OpenFile() { close(); }
  OpenFile(OpenFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  OpenFile& operator=(OpenFile&& other) noexcept;
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  [[nodiscard]] int get() const noexcept { return descriptor_; }  // -1: none

 private:
  void close() noexcept;

  int descriptor_ = -1;
};

}  // namespace shelduck::delegation
