// Server speaks HTTP/1.1 on one address and hands requests to the routes of one table.
//
//   Server server{routes, {.address = "127.0.0.1", .port = 8700, .clock = ..., .random = ...}};
//   server.start();            // returns; answers from now on
//   ... until a signal ...
//   server.stop(Seconds{5});   // no new requests; those that are there end, or time is over
//
// What it judges before a route is called, in this order: framing and limits of the head, Host,
// Origin, path and method, credentials, coding and size of the body; what it adds to answers:
// Content-Length, Date, gzip, ETag and 304, HEAD, a request's id, CORS for origins that were named.
// Without tokens everybody on loopback may do everything, and any other address is refused at the
// start (Error refused).
//
// Threads: `threads` of its own do all reading and writing, and call the handlers; one more decodes
//          bodies from 8 KB on and calls the handlers of those over 256 KB; start, stop,
//          replace_tokens and port are safe from any other thread.
// Limits:  Limits, each with what happens beyond it.
//          Whoever was handed a Respond must have called or dropped it before the Server goes.
// Failure: the constructor throws Error: busy (address in use), refused, io.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/http/coding.hpp"
#include "shelduck/http/head.hpp"
#include "shelduck/http/origin.hpp"
#include "shelduck/http/route.hpp"
#include "shelduck/http/token.hpp"

namespace shelduck::http {

struct Limits {
  HeadLimits head{};
  std::size_t body_bytes = 8UL << 20U;     // as it comes: 413
  DecodingLimits decoding{};               // of a gzip body: 413
  std::size_t bodies_bytes = 64UL << 20U;  // of all requests at once: 503
  std::size_t connections = 2000;          // closed at once
  Seconds head_time{10};                   // from its first byte: closed
  Seconds idle_time{30};                   // before a first byte: closed
  Seconds body_time{10};                   // and a second for each 64 KB: closed
  Seconds answer_time{30};                 // until an answer comes, or without progress in writing
  std::size_t gzip_from = 1024;            // smaller answers go as they are
};

// One answered request, for the log. Holds no credentials and no rows.
struct Served {
  std::string method;
  std::string route;  // the row's path, not the target: "/api/history/runs/{id}"
  int status = 0;
  std::size_t bytes = 0;
  Seconds duration{};
  std::string id;
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // a literal
  std::uint16_t port = 8700;          // 0: any that is free
  std::string said_by = "--listen";   // what a refusal of the address names
  Neighbours neighbours{};
  // None: everybody on loopback may do everything. A table without a token lets nobody in.
  std::optional<TokenTable> tokens{};
  Limits limits{};
  int threads = 2;
  Clock clock;
  RandomSource random;
  // Called by the network threads; must neither block nor throw.
  std::function<void(const Served&)> served = [](const Served&) {};
  // The true reason of a failure that is the server's own, which its answer hides (problem.hpp).
  std::function<void(std::string_view id, std::string_view reason)> failed =
      [](std::string_view, std::string_view) {};
};

class Server {
 public:
  Server(std::vector<Route> routes, ServerOptions options);
  ~Server();  // stop(0)
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  void start();
  void stop(Seconds patience);

  void replace_tokens(TokenTable tokens);

  [[nodiscard]] std::uint16_t port() const noexcept;
  [[nodiscard]] std::size_t connections() const noexcept;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace shelduck::http
