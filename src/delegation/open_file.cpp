#include "shelduck/delegation/open_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {

OpenFile OpenFile::to_read(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) throw system_error("open", path.string(), errno);
  return OpenFile{descriptor};
}

OpenFile& OpenFile::operator=(OpenFile&& other) noexcept {
  if (this != &other) {
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
  }
  return *this;
}

void OpenFile::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace shelduck::delegation
