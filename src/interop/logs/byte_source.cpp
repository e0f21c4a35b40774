#include "shelduck/interop/logs/byte_source.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop::logs {
namespace {

class MemoryBytes final : public ByteSource {
 public:
  MemoryBytes(std::string bytes, std::size_t chunk_bytes)
      : bytes_(std::move(bytes)), chunk_bytes_(std::max<std::size_t>(chunk_bytes, 1)) {}

  std::size_t read(std::span<char> into) override {
    const std::size_t count = std::min({into.size(), chunk_bytes_, bytes_.size() - at_});
    if (count > 0) std::memcpy(into.data(), bytes_.data() + at_, count);
    at_ += count;
    return count;
  }

 private:
  std::string bytes_;
  std::size_t chunk_bytes_;
  std::size_t at_ = 0;
};

class FileBytes final : public ByteSource {
 public:
  FileBytes(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  FileBytes(const FileBytes&) = delete;
  FileBytes& operator=(const FileBytes&) = delete;
  FileBytes(FileBytes&&) = delete;
  FileBytes& operator=(FileBytes&&) = delete;
  ~FileBytes() override { ::close(descriptor_); }

  std::size_t read(std::span<char> into) override {
    for (;;) {
      const ssize_t got = ::read(descriptor_, into.data(), into.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw system_error("read", path_, errno);
    }
  }

 private:
  int descriptor_;
  std::string path_;
};

}  // namespace

std::unique_ptr<ByteSource> memory_bytes(std::string bytes, std::size_t chunk_bytes) {
  return std::make_unique<MemoryBytes>(std::move(bytes), chunk_bytes);
}

std::unique_ptr<ByteSource> open_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    throw Error{ErrorKind::not_found,
                "there is no file '" + path + "'",
                {.field = "file", .value = path, .rule = "an existing file"}};
  }
  if (descriptor < 0) throw system_error("open", path, errno);
  auto file = std::make_unique<FileBytes>(descriptor, path);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) throw system_error("fstat", path, errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error{ErrorKind::invalid_input,
                "'" + path + "' is a directory, not a file",
                {.field = "file", .value = path, .rule = "a file, plain, gzip or xz"}};
  }
  return file;
}

}  // namespace shelduck::interop::logs
