// Connection answers the requests of one client, one after the other. Private to the room.
//
// Threads: everything runs on the strand of its socket. A Connection lives as long as its client
// or its last handler, whichever is later.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/http/exchange.hpp"
#include "shelduck/http/shared.hpp"

namespace shelduck::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(boost::asio::ip::tcp::socket socket, Shared& shared);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Until the client or the server has had enough.
  boost::asio::awaitable<void> run();

  // From any thread: no further request; one that is being answered ends first.
  void close_when_idle();
  // From any thread: now.
  void close();

 private:
  template <class T>
  using Awaitable = boost::asio::awaitable<T>;

  // What became of one request, before and after its answer.
  struct Turn {
    std::chrono::steady_clock::time_point begin;
    std::string id;
    std::optional<Exchange> exchange;  // once the head was judged
    Head head;                         // empty where it could not be read
    Response response;
    BodyShare share;
    std::optional<std::chrono::steady_clock::time_point> answered{};  // where its end is later
    bool keeps_alive = false;  // whether the next request's begin is known
  };

  Awaitable<bool> serve_one();
  Awaitable<std::size_t> receive_head();
  Awaitable<void> receive(Turn& turn);
  Awaitable<void> receive_body(Turn& turn, std::size_t head_bytes);
  Awaitable<void> say_continue();
  Awaitable<void> decode(Turn& turn);
  Awaitable<void> take_turn(Turn& turn);
  [[nodiscard]] Response response_of(const std::exception& failure, const std::string& id) const;
  Awaitable<Response> ask_handler(Turn& turn);
  void watch(std::shared_ptr<Departure> departure, std::chrono::steady_clock::time_point end);
  [[nodiscard]] bool is_peer_gone();
  Awaitable<void> send(Turn& turn);
  [[nodiscard]] std::string head_of(const Turn& turn) const;
  Awaitable<void> send_feed(const Turn& turn);
  Awaitable<void> write(std::string_view text);
  void report(const Turn& turn) const;
  [[nodiscard]] std::string_view received() const;

  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  boost::asio::steady_timer watch_;  // of the client while its answer is made
  Shared& shared_;
  std::string local_address_;
  bool is_idle_ = true;
  bool is_deserted_ = false;  // the client went away while its answer was made
};

}  // namespace shelduck::http
