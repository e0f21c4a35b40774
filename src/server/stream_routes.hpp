// Routes of the streams of events.
#pragma once

#include <string>
#include <vector>

#include "shelduck/http/route.hpp"
#include "shelduck/server/event_stream.hpp"
#include "shelduck/server/stream_ticket.hpp"

namespace shelduck::server {

// Borrowed; outlives the routes.
struct Streaming {
  EventDesk& desk;
  StreamTickets& tickets;
  std::vector<std::string> types;  // of all events that there can be
};

[[nodiscard]] std::vector<http::Route> stream_routes(const Streaming& streaming);

}  // namespace shelduck::server
