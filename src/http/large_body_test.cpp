#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "shelduck/http/coding.hpp"
#include "shelduck/http/server_for_test.hpp"

namespace shelduck::http {
namespace {

class LargeBodyTest : public ServerTest {};

std::string post_of(std::string_view path, std::string_view body, std::string_view fields = "") {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

// Text that gzip makes hardly smaller than a half.
std::string hex_noise(std::size_t bytes) {
  std::string text(bytes, '0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525U + 1013904223U;
    c = "0123456789abcdef"[state >> 28U];
  }
  return text;
}

TEST_F(LargeBodyTest, LargeBodiesKeepNoNetworkThread) {
  const std::uint16_t port = server().port();
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 3; ++i) {
    senders.push_back(std::make_unique<Client>(port));
    senders.back()->say(post_of("/held", std::string(300'000, 'x')));
  }
  for (int i = 0; i < 20; ++i) {
    EXPECT_NE(ask("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").find("pong"), std::string::npos);
  }
  release_.set_value();
  for (const auto& sender : senders) {
    EXPECT_TRUE(sender->hear().ends_with("\r\n\r\n300000"));
  }
}

TEST_F(LargeBodyTest, LargeCodedBodiesAreDecodedAside) {
  const std::string text = hex_noise(300'000);
  const std::string coded = gzip(text);
  constexpr std::string_view kCoded = "Content-Encoding: gzip\r\n";
  Client client{server().port()};
  client.say(post_of("/echo", coded, kCoded));
  EXPECT_TRUE(client.hear().ends_with("\r\n\r\n" + text));
  client.say(post_of("/echo", coded.substr(0, coded.size() / 2), kCoded));
  EXPECT_TRUE(client.hear().starts_with("HTTP/1.1 400 "));
  client.say(post_of("/echo", "[]"));
  EXPECT_TRUE(client.hear().ends_with("\r\n\r\n[]")) << "the connection goes on";
}

TEST_F(LargeBodyTest, StopsWhileLargeBodiesWait) {
  const std::uint16_t port = server().port();
  std::vector<std::unique_ptr<Client>> senders;
  for (int i = 0; i < 3; ++i) {
    senders.push_back(std::make_unique<Client>(port));
    senders.back()->say(post_of("/held", std::string(300'000, 'x')));
  }
  EXPECT_NE(ask("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n").find("pong"), std::string::npos);
  std::thread later{[this] { release_.set_value(); }};
  server_->stop(Seconds{0});
  later.join();
  server_.reset();
}

}  // namespace
}  // namespace shelduck::http
