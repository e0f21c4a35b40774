#include "shelduck/http/server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <thread>

#include "shelduck/core/error.hpp"
#include "shelduck/http/connection.hpp"

namespace shelduck::http {
namespace {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;

// How long accepting pauses where the process has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kStopPause{5};

std::string address_text(const ServerOptions& options) {
  return options.address + ":" + std::to_string(options.port);
}

asio::ip::address literal(const ServerOptions& options) {
  boost::system::error_code failure;
  const asio::ip::address address = asio::ip::make_address(options.address, failure);
  if (!failure) return address;
  throw Error{ErrorKind::invalid_input,
              "'" + options.address + "' is no address to listen on",
              {.field = options.said_by,
               .value = options.address,
               .rule = "a literal address and a port, as 127.0.0.1:8700 or [::1]:8700"}};
}

void require_tokens(const asio::ip::address& address, const ServerOptions& options) {
  if (address.is_loopback() || options.tokens) return;
  throw Error{ErrorKind::refused,
              options.said_by + " is refused: an open server listens on loopback only, not on " +
                  options.address,
              {.field = options.said_by,
               .value = options.address,
               .rule = "a loopback address, or any with --token-file",
               .hint = "make a token with `shelduck token add NAME --scope read`"}};
}

Error listen_error(const ServerOptions& options, const boost::system::error_code& failure) {
  const bool is_busy = failure == asio::error::address_in_use;
  return Error{is_busy ? ErrorKind::busy : ErrorKind::io,
               "cannot listen on " + address_text(options) + ": " + failure.message(),
               {.field = options.said_by,
                .value = address_text(options),
                .rule = "an address that is free"}};
}

}  // namespace

class Server::State {
 public:
  State(std::vector<Route> routes, ServerOptions options)
      : shared_(std::move(routes), std::move(options)), acceptor_(asio::make_strand(context_)) {
    listen();
  }
  ~State() { join(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void start();
  void stop(Seconds patience);
  [[nodiscard]] Shared& shared() noexcept { return shared_; }
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

 private:
  void listen();
  void join();
  asio::awaitable<void> accept();
  void adopt(Tcp::socket socket);
  template <class Action>
  void for_each_connection(Action action);

  Shared shared_;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_ =
      asio::make_work_guard(context_);
  Tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::list<std::weak_ptr<Connection>> connections_;  // guarded by mutex_
  std::vector<std::thread> threads_;
};

void Server::State::listen() {
  const ServerOptions& options = shared_.options;
  const asio::ip::address address = literal(options);
  require_tokens(address, options);
  const Tcp::endpoint endpoint{address, options.port};
  boost::system::error_code failure;
  failure = acceptor_.open(endpoint.protocol(), failure);
  if (!failure) failure = acceptor_.set_option(Tcp::acceptor::reuse_address(true), failure);
  if (!failure) failure = acceptor_.bind(endpoint, failure);
  if (!failure) failure = acceptor_.listen(asio::socket_base::max_listen_connections, failure);
  if (failure) throw listen_error(options, failure);
  port_ = acceptor_.local_endpoint().port();
}

void Server::State::start() {
  asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
  for (int i = 0; i < shared_.options.threads; ++i) {
    threads_.emplace_back([this] { context_.run(); });
  }
}

asio::awaitable<void> Server::State::accept() {
  asio::steady_timer pause{acceptor_.get_executor()};
  while (!shared_.is_stopping) {
    auto [failure, socket] = co_await acceptor_.async_accept(asio::make_strand(context_),
                                                             asio::as_tuple(asio::use_awaitable));
    if (failure == asio::error::operation_aborted) co_return;
    try {
      if (!failure) {
        adopt(std::move(socket));
        continue;
      }
    } catch (const std::exception& reason) {
      shared_.options.failed("", reason.what());
    }
    // No descriptor is left, most likely: those that are open go on, and some will end.
    pause.expires_after(kAcceptPause);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

void Server::State::adopt(Tcp::socket socket) {
  // Beyond the limit the client sees its connection closed, at once and at no cost.
  if (shared_.connections >= shared_.options.limits.connections) return;
  const auto executor = socket.get_executor();
  const auto connection = std::make_shared<Connection>(std::move(socket), shared_);
  {
    const std::scoped_lock lock{mutex_};
    std::erase_if(connections_, [](const auto& other) { return other.expired(); });
    connections_.push_back(connection);
  }
  asio::co_spawn(executor, connection->run(), [connection](const std::exception_ptr&) {});
}

template <class Action>
void Server::State::for_each_connection(Action action) {
  const std::scoped_lock lock{mutex_};
  for (const auto& weak : connections_) {
    if (const auto connection = weak.lock()) action(*connection);
  }
}

void Server::State::stop(Seconds patience) {
  if (shared_.is_stopping.exchange(true)) return;
  asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code failure;
    failure = acceptor_.close(failure);
  });
  for_each_connection([](Connection& connection) { connection.close_when_idle(); });
  const auto end = std::chrono::steady_clock::now() + patience;
  while (shared_.connections > 0 && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kStopPause);
  }
  for_each_connection([](Connection& connection) { connection.close(); });
  join();
}

void Server::State::join() {
  shared_.is_stopping = true;
  work_.reset();
  shared_.large_bodies.join();
  context_.stop();
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

Server::Server(std::vector<Route> routes, ServerOptions options)
    : state_(std::make_unique<State>(std::move(routes), std::move(options))) {}
Server::~Server() = default;

void Server::start() { state_->start(); }
void Server::stop(Seconds patience) { state_->stop(patience); }
void Server::replace_tokens(TokenTable tokens) {
  state_->shared().replace_tokens(std::move(tokens));
}
std::uint16_t Server::port() const noexcept { return state_->port(); }
std::size_t Server::connections() const noexcept { return state_->shared().connections; }

}  // namespace shelduck::http
