// Shared is what all connections of a server share, BodyShare what one request takes of it. Private
// to the room.
//
// Threads: any.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "shelduck/http/exchange.hpp"
#include "shelduck/http/server.hpp"

namespace shelduck::http {

struct Shared {
  Shared(std::vector<Route> routes, ServerOptions given)
      : router(std::move(routes)),
        options(std::move(given)),
        tokens_(options.tokens ? std::make_shared<const TokenTable>(*options.tokens) : nullptr) {}

  [[nodiscard]] Rules rules();
  void replace_tokens(TokenTable table);
  // False where all bodies together would pass their limit; nothing is taken then.
  [[nodiscard]] bool take_body_bytes(std::size_t bytes);

  const Router router;
  const ServerOptions options;
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> body_bytes{0};
  std::atomic<bool> is_stopping{false};
  // Decodes and takes large bodies, so that no thread of the network does.
  boost::asio::thread_pool large_bodies{1};

 private:
  std::mutex mutex_;
  std::shared_ptr<const TokenTable> tokens_;  // guarded by mutex_
};

// Bytes of the bodies of all requests, given back when the request is over, however it ends.
class BodyShare {
 public:
  explicit BodyShare(Shared& shared) : shared_(shared) {}
  ~BodyShare() { shared_.body_bytes -= bytes_; }
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;

  // Grows to `bytes`; throws Refusal(503) where all together would pass their limit.
  void grow_to(std::size_t bytes);

 private:
  Shared& shared_;
  std::size_t bytes_ = 0;
};

}  // namespace shelduck::http
