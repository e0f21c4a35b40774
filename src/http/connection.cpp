#include "shelduck/http/connection.hpp"

#include <poll.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <sstream>

#include "shelduck/core/error.hpp"
#include "shelduck/http/coding.hpp"
#include "shelduck/http/date.hpp"
#include "shelduck/http/feed.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/http/reply.hpp"

namespace shelduck::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

constexpr auto kOutcome = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 4096;
constexpr std::size_t kBodyBytesASecond = 65'536;
constexpr std::size_t kWriteBytes = 65'536;
// From here on a body takes long enough to be felt by other clients of the same thread.
constexpr std::size_t kLargeBodyBytes = 262'144;
// How often it is looked whether the client still waits.
constexpr std::chrono::milliseconds kWatchPause{50};
// How often it is looked whether the client of a feed without news is still there.
constexpr std::chrono::milliseconds kFeedPause{1000};
// How much is read and dropped after the last answer, for how long, and until a client is silent: a
// client that sends its whole body before it reads would meet a reset instead of its 413.
constexpr std::size_t kLingerBytes = 64UL << 20U;
constexpr std::chrono::seconds kLingerTime{5};
constexpr std::chrono::seconds kLingerPause{1};
// Of a request whose client went away before its answer; only the log sees it.
constexpr int kClientGone = 499;

using SteadyClock = std::chrono::steady_clock;

SteadyClock::duration steady(Seconds seconds) {
  return std::chrono::duration_cast<SteadyClock::duration>(seconds);
}

// The peer is gone or too slow: nothing can be said to it.
struct Gone {};

// Up to and with the empty line; also for heads that end their lines in another way, which
// read_head then refuses.
std::optional<std::size_t> head_size(std::string_view text) {
  const std::size_t strict = text.find("\r\n\r\n");
  const std::size_t bare = text.find("\n\n");
  if (bare < strict) return bare + 2;
  if (strict == std::string_view::npos) return std::nullopt;
  return strict + 4;
}

// As a client writes it: a version 4 address that came over version 6, or a zone, is not seen
// there.
std::string literal_of(asio::ip::address address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  std::string text = address.to_string();
  return text.substr(0, text.find('%'));
}

std::string as_chunk(const std::string& text) {
  std::ostringstream chunk;
  chunk << std::hex << text.size() << "\r\n" << text << "\r\n";
  return std::move(chunk).str();
}

Response problem_of(const Refusal& refusal, std::string_view id) {
  Response response = problem_response(refusal.status(), refusal.what(), id, refusal.cause());
  if (const auto* with_field = dynamic_cast<const ExchangeRefusal*>(&refusal)) {
    response.fields.push_back(with_field->extra());
  }
  return response;
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, Shared& shared)
    : stream_(std::move(socket)),
      buffer_(shared.options.limits.head.head_bytes + kReadBytes),
      watch_(stream_.get_executor()),
      shared_(shared) {
  boost::system::error_code failure;
  const auto end = stream_.socket().local_endpoint(failure);
  if (!failure) local_address_ = literal_of(end.address());
  failure = stream_.socket().set_option(asio::ip::tcp::no_delay(true), failure);
  ++shared_.connections;
}

Connection::~Connection() { --shared_.connections; }

void Connection::close() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] { self->stream_.close(); });
}

void Connection::close_when_idle() {
  asio::dispatch(stream_.get_executor(), [self = shared_from_this()] {
    if (self->is_idle_) self->stream_.close();
  });
}

asio::awaitable<void> Connection::run() {
  try {
    while (co_await serve_one()) {
    }
  } catch (const Gone&) {
    stream_.close();
    co_return;
  } catch (const std::exception& failure) {
    shared_.options.failed("", failure.what());
    stream_.close();
    co_return;
  }
  // What the client still sends must not reset the connection before it has read the answer.
  boost::system::error_code failure;
  failure = stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, failure);
  const auto end = SteadyClock::now() + kLingerTime;
  for (std::size_t rest = kLingerBytes; !failure && rest > 0;) {
    stream_.expires_at(std::min(end, SteadyClock::now() + kLingerPause));
    buffer_.clear();
    const auto [outcome, bytes] =
        co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kOutcome);
    failure = outcome;
    rest -= std::min(rest, bytes);
  }
  stream_.close();
}

std::string_view Connection::received() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

asio::awaitable<std::size_t> Connection::receive_head() {
  const Limits& limits = shared_.options.limits;
  bool is_begun = buffer_.size() > 0;
  stream_.expires_after(steady(is_begun ? limits.head_time : limits.idle_time));
  while (true) {
    while (received().starts_with("\r\n")) buffer_.consume(2);  // RFC 9112, 2.2
    if (const auto size = head_size(received())) co_return *size;
    if (received().size() > limits.head.head_bytes) {
      throw Refusal{431, "a head of at most " + std::to_string(limits.head.head_bytes) + " bytes"};
    }
    is_idle_ = received().empty();
    if (is_idle_ && shared_.is_stopping) throw Gone{};
    const auto [failure, bytes] =
        co_await stream_.async_read_some(buffer_.prepare(kReadBytes), kOutcome);
    if (failure) throw Gone{};
    // Empty lines before a head are let pass, but they do not buy time.
    if (!std::exchange(is_begun, true)) stream_.expires_after(steady(limits.head_time));
    is_idle_ = false;
    buffer_.commit(bytes);
  }
}

asio::awaitable<void> Connection::say_continue() {
  constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  const auto [failure, bytes] =
      co_await asio::async_write(stream_, asio::buffer(kContinue), kOutcome);
  if (failure) throw Gone{};
}

asio::awaitable<void> Connection::receive_body(Turn& turn, std::size_t head_bytes) {
  const Limits& limits = shared_.options.limits;
  const auto begin = SteadyClock::now();
  beast::http::request_parser<beast::http::string_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.head.head_bytes));
  parser.body_limit(limits.body_bytes);
  boost::system::error_code failure;
  buffer_.consume(parser.put(asio::buffer(buffer_.data(), head_bytes), failure));
  parser.eager(true);
  if (!failure && buffer_.size() > 0 && !parser.is_done()) {
    buffer_.consume(parser.put(buffer_.data(), failure));
    if (failure == beast::http::error::need_more) failure = {};
  }
  while (!failure && !parser.is_done()) {
    const std::size_t size = parser.get().body().size();
    turn.share.grow_to(size);
    stream_.expires_at(
        begin + steady(limits.body_time + Seconds{static_cast<double>(size) / kBodyBytesASecond}));
    const auto [outcome, bytes] =
        co_await beast::http::async_read_some(stream_, buffer_, parser, kOutcome);
    failure = outcome;
  }
  if (failure == beast::http::error::body_limit) {
    const std::string rule = "a body of at most " + std::to_string(limits.body_bytes) + " bytes";
    throw Refusal{413, rule, {.field = "body", .rule = rule}};
  }
  if (failure.category() == make_error_code(beast::http::error::bad_chunk).category()) {
    if (failure == beast::http::error::partial_message) throw Gone{};
    throw Refusal{400, "a body in whole chunks", {.field = "body", .rule = "whole chunks"}};
  }
  if (failure) throw Gone{};
  turn.exchange->request.body = std::move(parser.get().body());
}

asio::awaitable<void> Connection::receive(Turn& turn) {
  const std::size_t head_bytes = co_await receive_head();
  turn.begin = SteadyClock::now();
  turn.head = read_head(received().substr(0, head_bytes), shared_.options.limits.head);
  const bool has_body = turn.head.is_chunked || turn.head.content_length.value_or(0) > 0;
  turn.keeps_alive = turn.head.keeps_alive && !has_body;
  if (!has_body) buffer_.consume(head_bytes);
  turn.exchange = open_exchange(turn.head, local_address_, shared_.rules());
  turn.exchange->request.id = turn.id;
  if (!has_body) co_return;
  turn.share.grow_to(turn.head.content_length.value_or(0));
  if (turn.head.wants_continue && received().size() == head_bytes) co_await say_continue();
  co_await receive_body(turn, head_bytes);
  turn.keeps_alive = turn.head.keeps_alive;
  if (turn.exchange->is_coded) co_await decode(turn);
}

// Few bytes can become many.
asio::awaitable<void> Connection::decode(Turn& turn) {
  std::string& body = turn.exchange->request.body;
  const DecodingLimits& limits = shared_.options.limits.decoding;
  const auto decoded = [&body, &limits]() -> asio::awaitable<std::string> {
    co_return gunzip(body, limits);
  };
  if (body.size() > limits.ratio_free / 8) {
    body = co_await asio::co_spawn(shared_.large_bodies, decoded, asio::use_awaitable);
  } else {
    body = gunzip(body, limits);
  }
  turn.share.grow_to(body.size());
}

// POLLRDHUP also where requests that the client sent ahead stand before its end. A client that only
// says that it will say no more looks the same.
bool Connection::is_peer_gone() {
  if (!stream_.socket().is_open()) return true;
  pollfd peer{.fd = stream_.socket().native_handle(), .events = POLLRDHUP, .revents = 0};
  return ::poll(&peer, 1, 0) == 1;
}

void Connection::watch(std::shared_ptr<Departure> departure, SteadyClock::time_point end) {
  watch_.expires_after(kWatchPause);
  watch_.async_wait([self = shared_from_this(), departure = std::move(departure),
                     end](const boost::system::error_code& failure) mutable {
    if (failure || departure->is_over()) return;
    const bool is_gone = self->is_deserted_ || self->is_peer_gone();
    const bool is_given_up = (is_gone || SteadyClock::now() >= end) && departure->happen();
    self->is_deserted_ = self->is_deserted_ || (is_gone && is_given_up);
    self->watch(std::move(departure), end);
  });
}

asio::awaitable<Response> Connection::ask_handler(Turn& turn) {
  stream_.expires_never();
  const Handler& handler = turn.exchange->route->handler;
  const std::shared_ptr<Departure> departure = turn.exchange->request.departure;
  const bool is_large = turn.exchange->request.body.size() > kLargeBodyBytes;
  auto initiate = [&](auto completion) {
    using Completion = decltype(completion);
    const auto reply =
        std::make_shared<Reply<Completion>>(stream_.get_executor(), std::move(completion), turn.id);
    auto hand_over = [this, &handler, reply, request = std::move(turn.exchange->request),
                      id = turn.id]() mutable {
      try {
        handler(std::move(request), [reply](Response response) { (*reply)(std::move(response)); });
      } catch (const std::exception& failure) {
        (*reply)(response_of(failure, id));
      }
    };
    if (is_large) {
      asio::post(shared_.large_bodies, std::move(hand_over));
    } else {
      hand_over();
    }
    if (reply->is_awaited()) {
      watch(departure, SteadyClock::now() + steady(shared_.options.limits.answer_time));
    }
  };
  Response response = co_await asio::async_initiate<decltype(asio::use_awaitable), void(Response)>(
      std::move(initiate), asio::use_awaitable);
  departure->end();
  watch_.cancel();
  co_return response;
}

Response Connection::response_of(const std::exception& failure, const std::string& id) const {
  if (const auto* refusal = dynamic_cast<const Refusal*>(&failure)) {
    return problem_of(*refusal, id);
  }
  const auto* error = dynamic_cast<const Error*>(&failure);
  const ErrorKind kind = error == nullptr ? ErrorKind::bug : error->kind();
  if (is_private(kind)) shared_.options.failed(id, failure.what());
  return problem_response(error == nullptr ? Error{kind, failure.what()} : *error, id);
}

asio::awaitable<void> Connection::take_turn(Turn& turn) {
  std::optional<Response> refused;
  try {
    co_await receive(turn);
  } catch (const std::exception& failure) {
    refused = response_of(failure, turn.id);
  }
  if (refused) {
    turn.response = std::move(*refused);
  } else if (turn.exchange->route == nullptr) {
    turn.response = options_response(*turn.exchange);
  } else {
    turn.response = co_await ask_handler(turn);
  }
  try {
    finish_response(turn.head, shared_.rules(), turn.response);
  } catch (const std::exception& failure) {
    turn.response = response_of(failure, turn.id);
  }
}

asio::awaitable<bool> Connection::serve_one() {
  Turn turn{.begin = SteadyClock::now(),
            .id = to_string(new_uuid(shared_.options.clock(), shared_.options.random)),
            .share = BodyShare{shared_}};
  co_await take_turn(turn);
  if (shared_.is_stopping) turn.keeps_alive = false;
  try {
    co_await send(turn);
  } catch (const Gone&) {
    if (!turn.answered) turn.response.status = kClientGone;
    report(turn);
    throw;
  }
  report(turn);
  co_return turn.keeps_alive;
}

asio::awaitable<void> Connection::send(Turn& turn) {
  if (is_deserted_) throw Gone{};
  const Response& response = turn.response;
  if (response.feed) turn.keeps_alive = false;
  std::string text = head_of(turn);
  const bool has_body = turn.head.method != "HEAD";
  if (!has_body || !response.feed) {
    // As much of the body as goes out with the head; the rest goes from where it lies.
    const std::string_view body =
        has_body ? std::string_view{response.sent_body()} : std::string_view{};
    const std::string_view first = body.substr(0, kWriteBytes - std::min(kWriteBytes, text.size()));
    text += first;
    co_await write(text);
    co_await write(body.substr(first.size()));
    co_return;
  }
  co_await write(text);
  turn.answered = SteadyClock::now();
  co_await send_feed(turn);
}

std::string Connection::head_of(const Turn& turn) const {
  const Response& response = turn.response;
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(reason_phrase(response.status)) +
                     "\r\ndate: " + http_date(shared_.options.clock()) +
                     "\r\nx-request-id: " + turn.id + "\r\n";
  if (!response.content_type.empty()) text += "content-type: " + response.content_type + "\r\n";
  if (response.feed) {
    // Without chunks the end of the connection is the end of the body.
    if (turn.head.version == Version::http_1_1) text += "transfer-encoding: chunked\r\n";
  } else if (response.status != 204 && response.status != 304) {
    text += "content-length: " + std::to_string(response.sent_body().size()) + "\r\n";
  }
  for (const Field& field : response.fields) text += field.first + ": " + field.second + "\r\n";
  if (!turn.keeps_alive) {
    text += "connection: close\r\n";
  } else if (turn.head.version == Version::http_1_0) {
    text += "connection: keep-alive\r\n";
  }
  return text + "\r\n";
}

asio::awaitable<void> Connection::write(std::string_view text) {
  while (!text.empty()) {
    stream_.expires_after(steady(shared_.options.limits.answer_time));
    const auto [failure, bytes] =
        co_await stream_.async_write_some(asio::buffer(text.substr(0, kWriteBytes)), kOutcome);
    if (failure) throw Gone{};
    text.remove_prefix(bytes);
  }
}

// Each round takes what waits, so that many small pieces cost one write. A timer is the bell: who
// adds to the feed cancels it, on this strand, so no ring is lost between looking and waiting.
asio::awaitable<void> Connection::send_feed(const Turn& turn) {
  Feed& feed = *turn.response.feed;
  const bool is_chunked = turn.head.version == Version::http_1_1;
  boost::system::error_code ignored;
  // What waits for a slow client shall wait in the feed, where it is counted.
  ignored = stream_.socket().set_option(asio::socket_base::send_buffer_size(kWriteBytes), ignored);
  const auto bell = std::make_shared<asio::steady_timer>(stream_.get_executor());
  feed.on_news([bell, executor = stream_.get_executor()] {
    asio::post(executor, [bell] { bell->cancel(); });
  });
  for (std::string text = turn.response.body;;) {
    const bool is_last = feed.is_ended();
    for (const Feed::Piece& piece : feed.take()) text += *piece;
    if (!text.empty()) {
      if (is_chunked) text = as_chunk(text);
      co_await write(text);
      text.clear();
      feed.sent();
    } else if (is_last) {
      if (feed.is_broken()) throw Gone{};
      break;
    } else {
      bell->expires_after(kFeedPause);
      co_await bell->async_wait(kOutcome);
      if (is_peer_gone()) throw Gone{};
    }
  }
  constexpr std::string_view kLastChunk = "0\r\n\r\n";
  if (is_chunked) co_await write(kLastChunk);
}

void Connection::report(const Turn& turn) const {
  const Route* route = turn.exchange ? turn.exchange->route : nullptr;
  shared_.options.served(
      {.method = turn.head.method.substr(0, 16),
       .route = route == nullptr ? "" : route->path,
       .status = turn.response.status,
       .bytes = turn.response.sent_body().size(),
       .duration = Seconds{turn.answered.value_or(SteadyClock::now()) - turn.begin},
       .id = turn.id});
}

}  // namespace shelduck::http
