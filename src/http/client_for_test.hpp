// A client that says what it is told, byte for byte.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

namespace shelduck::http {

class Client {
 public:
  explicit Client(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    is_connected_ =
        ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  }
  ~Client() { ::close(socket_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool is_connected() const { return is_connected_; }

  void say(std::string_view text) {
    while (!text.empty()) {
      const ssize_t bytes = ::send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (bytes <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(bytes));
    }
  }

  // No more will be said.
  void hang_up() { ::shutdown(socket_, SHUT_WR); }

  // One answer with a Content-Length (or 204, 304); shorter where the server closes.
  std::string hear() {
    while (true) {
      const std::size_t head = heard_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t size = head + 4 + length_of(heard_.substr(0, head));
        if (heard_.size() >= size) return take(size);
      }
      if (!hear_more()) return take(heard_.size());
    }
  }

  // Everything up to and with `text`; less where the server closes.
  std::string hear_until(std::string_view text) {
    while (heard_.find(text) == std::string::npos) {
      if (!hear_more()) return take(heard_.size());
    }
    return take(heard_.find(text) + text.size());
  }

  std::string hear_to_the_end() {
    while (hear_more()) {
    }
    return take(heard_.size());
  }

 private:
  static std::size_t length_of(const std::string& head) {
    const std::size_t at = head.find("content-length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }
  bool hear_more() {
    std::array<char, 65'536> buffer{};
    const ssize_t bytes = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (bytes <= 0) return false;
    heard_.append(buffer.data(), static_cast<std::size_t>(bytes));
    return true;
  }
  std::string take(std::size_t size) {
    std::string text = heard_.substr(0, size);
    heard_.erase(0, size);
    return text;
  }

  int socket_;
  bool is_connected_ = false;
  std::string heard_;
};

}  // namespace shelduck::http
