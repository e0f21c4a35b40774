// StreamTickets lets in those that cannot send credentials with a request, as a page's EventSource:
// whoever has credentials gets a ticket, and brings it in the address. It is good once, and soon.
//
//   const std::string ticket = tickets.issue();
//   tickets.redeem(ticket);   // true; the second time false
//
// Threads: any. Limits: 1000 tickets that wait; then Error(busy).
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::server {

class StreamTickets {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  static constexpr Seconds kValid{60};
  static constexpr std::size_t kTicketsMax = 1000;

  explicit StreamTickets(RandomSource random,
                         std::function<Moment()> clock = &std::chrono::steady_clock::now)
      : random_(std::move(random)), clock_(std::move(clock)) {}

  [[nodiscard]] std::string issue();
  [[nodiscard]] bool redeem(std::string_view ticket);

 private:
  void drop_old();

  const RandomSource random_;
  const std::function<Moment()> clock_;
  std::mutex mutex_;
  std::map<std::string, Moment, std::less<>> ends_;  // guarded by mutex_; when each is good no more
};

}  // namespace shelduck::server
