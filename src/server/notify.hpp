// Tells the service manager how the server is (sd_notify(3), the protocol of NOTIFY_SOCKET): one
// datagram of NAME=VALUE lines to a Unix socket.
//
//   const Notifier notify{environment("NOTIFY_SOCKET").value_or("")};
//   notify.say("READY=1");
//
// Without a socket nothing is said. Failure: none; a manager that does not listen loses nothing.
#pragma once

#include <string>
#include <string_view>

namespace shelduck::server {

class Notifier {
 public:
  // `address`: a path, or @name of the abstract namespace; empty for none.
  explicit Notifier(std::string address) : address_(std::move(address)) {}

  void say(std::string_view state) const noexcept;

 private:
  std::string address_;
};

}  // namespace shelduck::server
