#include "shelduck/server/stream_ticket.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/http/token.hpp"

namespace shelduck::server {

std::string StreamTickets::issue() {
  const std::string ticket = http::new_token(random_);
  const std::scoped_lock lock{mutex_};
  drop_old();
  if (ends_.size() >= kTicketsMax) {
    throw Error{ErrorKind::busy, std::to_string(kTicketsMax) + " tickets wait to be used already"};
  }
  ends_.emplace(ticket, clock_() + std::chrono::duration_cast<Moment::duration>(kValid));
  return ticket;
}

// Looked up as it is: 32 random bytes cannot be guessed letter by letter within a minute.
bool StreamTickets::redeem(std::string_view ticket) {
  const std::scoped_lock lock{mutex_};
  drop_old();
  const auto found = ends_.find(ticket);
  if (found == ends_.end()) return false;
  ends_.erase(found);
  return true;
}

// The mutex is held.
void StreamTickets::drop_old() {
  const Moment now = clock_();
  std::erase_if(ends_, [&](const auto& entry) { return entry.second <= now; });
}

}  // namespace shelduck::server
