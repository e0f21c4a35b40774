#include "shelduck/http/head.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace shelduck::http {
namespace {

// A head that is right but for these lines.
std::string head_with(const std::string& lines) {
  return "GET /a HTTP/1.1\r\nHost: localhost\r\n" + lines + "\r\n";
}

int status_of_head(const std::string& text, const HeadLimits& limits = {}) {
  try {
    (void)read_head(text, limits);
    return 200;
  } catch (const Refusal& refusal) {
    EXPECT_STRNE(refusal.what(), "");
    return refusal.status();
  }
}

TEST(Head, IsRead) {
  const Head head = read_head(
      "PUT /a?b=c HTTP/1.1\r\nHost:  localhost:8700 \r\nContent-LENGTH: 12\r\nX-Empty:\r\n"
      "Expect: 100-Continue\r\n\r\n");
  EXPECT_EQ(head.method, "PUT");
  EXPECT_EQ(head.target, "/a?b=c");
  EXPECT_EQ(head.host, "localhost:8700");
  EXPECT_EQ(head.content_length, 12U);
  EXPECT_EQ(head.field("x-empty"), "");
  EXPECT_FALSE(head.field("x-other"));
  EXPECT_TRUE(head.wants_continue);
  EXPECT_TRUE(head.keeps_alive);
  EXPECT_FALSE(head.is_chunked);
}

TEST(Head, SaysWhetherTheConnectionGoesOn) {
  EXPECT_FALSE(read_head(head_with("Connection: Close\r\n")).keeps_alive);
  EXPECT_FALSE(read_head("GET / HTTP/1.0\r\nHost: a\r\n\r\n").keeps_alive);
  EXPECT_TRUE(read_head("GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n").keeps_alive);
}

TEST(Head, TakesChunks) {
  EXPECT_TRUE(read_head(head_with("Transfer-Encoding: Chunked\r\n")).is_chunked);
}

TEST(Head, TakesTheAsteriskOfOptionsAlone) {
  EXPECT_EQ(status_of_head("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 200);
  EXPECT_EQ(status_of_head("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

class HeadRefused : public testing::TestWithParam<std::string> {};

TEST_P(HeadRefused, With400) { EXPECT_EQ(status_of_head(GetParam()), 400) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(
    Framing, HeadRefused,
    testing::Values("", "\r\n", "GET\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\nHost: a\n\n",
                    "GET / HTTP/1.1\r\nHost: a\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET http://localhost/ HTTP/1.1\r\nHost: a\r\n\r\n",
                    "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET / HTTQ/1.1\r\nHost: a\r\n\r\n", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n",
                    "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "GET / HTTP/1.1\r\nHost: a\r\n\r\nmore"));

INSTANTIATE_TEST_SUITE_P(
    Fields, HeadRefused,
    testing::Values(
        head_with("X : 1\r\n"), head_with(" folded\r\n"), head_with("X: 1\r\n folded\r\n"),
        head_with("X: 1\r\n\tfolded\r\n"), head_with(": 1\r\n"), head_with("X\r\n"),
        head_with("X: a\x01\r\n"), head_with(std::string("X: a\0b\r\n", 8)),
        head_with("X: a\rb\r\n"), head_with("Content-Length: 1\r\nContent-Length: 1\r\n"),
        head_with("Content-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
        head_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        head_with("Transfer-Encoding: gzip, chunked\r\n"),
        head_with("Transfer-Encoding: identity\r\n"), head_with("Transfer-Encoding: xchunked\r\n"),
        head_with("Content-Length: -1\r\n"), head_with("Content-Length: +1\r\n"),
        head_with("Content-Length: 1, 1\r\n"), head_with("Content-Length: 0x1\r\n"),
        head_with("Content-Length:\r\n"), head_with("Content-Length: 99999999999999999999\r\n")));

TEST(Head, LimitsHaveStatusesOfTheirOwn) {
  EXPECT_EQ(status_of_head("GET /" + std::string(9000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(status_of_head(head_with("X: " + std::string(17'000, 'a') + "\r\n")), 431);
  std::string fields;
  for (int i = 0; i < 100; ++i) fields += "X: 1\r\n";
  EXPECT_EQ(status_of_head(head_with(fields)), 431);
  EXPECT_EQ(status_of_head("GET / HTTP/2.0\r\nHost: a\r\n\r\n"), 505);
  EXPECT_EQ(status_of_head(head_with("Expect: 200-maybe\r\n")), 417);
}

// Whatever comes is read or refused.
RC_GTEST_PROP(HeadProperty, AnyBytesAreReadOrRefused, (const std::string& noise)) {
  (void)status_of_head(noise);
  (void)status_of_head(head_with(noise + "\r\n"));
}

}  // namespace
}  // namespace shelduck::http
