// The address of a Unix socket whose path may be longer than the 107 bytes that an address holds:
// it is then named through a descriptor of its folder (/proc/self/fd/N/name).
#pragma once

#include <sys/socket.h>
#include <sys/un.h>

#include <string>

namespace shelduck::delegation {

class UnixAddress {
 public:
  // Failure: Error(io) where the folder of a long path cannot be opened, or its name is too long.
  explicit UnixAddress(const std::string& path);
  ~UnixAddress();
  UnixAddress(const UnixAddress&) = delete;
  UnixAddress& operator=(const UnixAddress&) = delete;

  [[nodiscard]] const sockaddr* get() const noexcept {
    return reinterpret_cast<const sockaddr*>(&address_);
  }
  [[nodiscard]] socklen_t size() const noexcept { return sizeof address_; }

 private:
  sockaddr_un address_{};
  int folder_ = -1;
};

}  // namespace shelduck::delegation
