#include "shelduck/delegation/unix_address.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {

UnixAddress::UnixAddress(const std::string& path) {
  address_.sun_family = AF_UNIX;
  std::string name = path;
  if (name.size() >= sizeof address_.sun_path) {
    const std::filesystem::path whole{path};
    folder_ = ::open(whole.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (folder_ < 0) throw system_error("open", whole.parent_path().string(), errno);
    name = "/proc/self/fd/" + std::to_string(folder_) + "/" + whole.filename().string();
  }
  if (name.size() >= sizeof address_.sun_path) {
    throw system_error("name a socket", path, ENAMETOOLONG);
  }
  std::memcpy(address_.sun_path, name.data(), name.size());
}

UnixAddress::~UnixAddress() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace shelduck::delegation
