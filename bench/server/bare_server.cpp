// The least that Boost.Beast needs to answer: no limits, no routes, no log. What `serve` is
// measured against.
//
//   bare_server BYTES      prints its port; answers every request with that many bytes, until
//   killed
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <cstdlib>
#include <iostream>
#include <thread>

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

constexpr int kThreads = 2;  // as many as `serve` has

asio::awaitable<void> answer(Tcp::socket socket, const std::string& body) {
  beast::tcp_stream stream{std::move(socket)};
  beast::flat_buffer buffer;
  stream.socket().set_option(Tcp::no_delay(true));
  while (true) {
    http::request<http::empty_body> request;
    co_await http::async_read(stream, buffer, request, asio::use_awaitable);
    http::response<http::string_body> response{http::status::ok, request.version()};
    response.set(http::field::content_type, "application/json");
    response.body() = body;
    response.keep_alive(request.keep_alive());
    response.prepare_payload();
    co_await http::async_write(stream, response, asio::use_awaitable);
  }
}

asio::awaitable<void> accept(asio::io_context& context, Tcp::acceptor& acceptor,
                             const std::string& body) {
  while (true) {
    Tcp::socket socket =
        co_await acceptor.async_accept(asio::make_strand(context), asio::use_awaitable);
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, answer(std::move(socket), body), asio::detached);
  }
}

}  // namespace

int main(int count, char** words) {
  const std::string body(count > 1 ? std::strtoul(words[1], nullptr, 10) : 20, 'x');
  asio::io_context context;
  Tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
  std::cout << acceptor.local_endpoint().port() << std::endl;
  asio::co_spawn(context, accept(context, acceptor, body), asio::detached);
  std::vector<std::jthread> threads;
  for (int i = 1; i < kThreads; ++i) threads.emplace_back([&] { context.run(); });
  context.run();
}
