#include "shelduck/http/exchange.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shelduck/http/coding.hpp"

namespace shelduck::http {
namespace {

class ExchangeTest : public testing::Test {
 protected:
  [[nodiscard]] Rules rules() const {
    return {.router = router_,
            .neighbours = neighbours_,
            .tokens = tokens_,
            .body_bytes = 1000,
            .gzip_from = 100};
  }

  void use_tokens() {
    tokens_ = std::make_shared<const TokenTable>(read_tokens(
        token_line("a", Scope::read, "reader") + token_line("b", Scope::admin, "boss"), "tokens"));
  }

  [[nodiscard]] Exchange open(const std::string& line, const std::string& fields = "") const {
    return open_exchange(read_head(line + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n"),
                         "127.0.0.1", rules());
  }

  [[nodiscard]] int refusal_of(const std::string& line, const std::string& fields = "") const {
    try {
      (void)open(line, fields);
      return 200;
    } catch (const Refusal& refusal) {
      return refusal.status();
    }
  }

  Router router_{{{.method = Method::get, .path = "/ping", .scope = Scope::open},
                  {.method = Method::get, .path = "/runs/{id}", .scope = Scope::read},
                  {.method = Method::put, .path = "/runs/{id}", .scope = Scope::write},
                  {.method = Method::get,
                   .path = "/stream",
                   .scope = Scope::read,
                   .redeem = [this](std::string_view ticket) {
                     return tickets_.erase(std::string(ticket)) > 0;
                   }}}};
  std::set<std::string> tickets_{"once"};
  Neighbours neighbours_{.hosts = {}, .origins = {"https://example.org"}};
  std::shared_ptr<const TokenTable> tokens_;
};

TEST_F(ExchangeTest, HoldsWhatTheRouteNeeds) {
  const Exchange exchange = open("GET /runs/42?by=item");
  ASSERT_NE(exchange.route, nullptr);
  EXPECT_EQ(exchange.request.captures.at("id"), "42");
  EXPECT_EQ(exchange.request.query_value("by"), "item");
  EXPECT_EQ(exchange.request.scope, Scope::admin) << "an open server on loopback";
}

TEST_F(ExchangeTest, RefusesWhatNoRouteTakes) {
  EXPECT_EQ(refusal_of("GET /nothing"), 404);
  EXPECT_EQ(refusal_of("POST /ping"), 405);
  EXPECT_EQ(refusal_of("BREW /ping"), 501);
  EXPECT_EQ(refusal_of("GET /ping", "Origin: http://example.com\r\n"), 403);
  EXPECT_EQ(refusal_of("PUT /runs/1", "Content-Length: 1001\r\n"), 413);
  EXPECT_EQ(refusal_of("PUT /runs/1", "Content-Length: 1\r\nContent-Encoding: br\r\n"), 415);
}

TEST_F(ExchangeTest, AsksForCredentialsWhereThereAreTokens) {
  use_tokens();
  EXPECT_EQ(refusal_of("GET /ping"), 200);
  EXPECT_EQ(refusal_of("GET /ping", "Authorization: Bearer wrong\r\n"), 200) << "open to all";
  EXPECT_EQ(refusal_of("GET /runs/1"), 401);
  EXPECT_EQ(refusal_of("GET /runs/1", "Authorization: Bearer wrong\r\n"), 401);
  EXPECT_EQ(refusal_of("GET /runs/1", "Authorization: Bearer reader\r\n"), 200);
  EXPECT_EQ(refusal_of("PUT /runs/1", "Authorization: Bearer reader\r\n"), 403);
  EXPECT_EQ(refusal_of("PUT /runs/1", "Authorization: Bearer boss\r\n"), 200);
}

TEST_F(ExchangeTest, ATicketLetsInOnce) {
  use_tokens();
  EXPECT_EQ(refusal_of("GET /stream"), 401);
  EXPECT_EQ(refusal_of("GET /stream?ticket=once", "Origin: http://example.com\r\n"), 403);
  EXPECT_EQ(refusal_of("GET /stream?ticket=once"), 200) << "a refused page did not use it up";
  EXPECT_EQ(refusal_of("GET /stream?ticket=once"), 401);
  EXPECT_EQ(refusal_of("GET /stream", "Authorization: Bearer reader\r\n"), 200);
  EXPECT_EQ(refusal_of("GET /runs/1?ticket=once"), 401) << "of other routes it is no key";
}

TEST_F(ExchangeTest, ATableWithoutATokenLetsNobodyIn) {
  tokens_ = std::make_shared<const TokenTable>();
  EXPECT_EQ(refusal_of("GET /runs/1"), 401);
  EXPECT_EQ(refusal_of("GET /runs/1", "Authorization: Bearer x\r\n"), 401);
  EXPECT_EQ(refusal_of("GET /ping"), 200);
}

TEST_F(ExchangeTest, TellsTheMethodsOfAPath) {
  const Exchange exchange = open("OPTIONS /runs/1", "Access-Control-Request-Method: PUT\r\n");
  EXPECT_EQ(exchange.route, nullptr);
  const Response response = options_response(exchange);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(response.fields.front(), (Field{"allow", "GET, HEAD, OPTIONS, PUT"}));
  EXPECT_EQ(response.fields.at(1).first, "access-control-allow-methods");
}

std::string value_of(const Response& response, std::string_view name) {
  std::string text;
  for (const Field& field : response.fields) {
    if (field.first == name) text += field.second + ";";
  }
  return text;
}

TEST_F(ExchangeTest, NamedOriginsMayReadTheAnswer) {
  Response response{.body = "{}"};
  finish_response(open("GET /ping", "Origin: https://example.org\r\n").head, rules(), response);
  EXPECT_EQ(value_of(response, "access-control-allow-origin"), "https://example.org;");
  Response other{.body = "{}"};
  finish_response(open("GET /ping", "Origin: http://localhost\r\n").head, rules(), other);
  EXPECT_EQ(value_of(other, "access-control-allow-origin"), "");
}

TEST_F(ExchangeTest, WhatTheClientHasIsNotSentAgain) {
  Response response{.body = "{}", .fields = {{"etag", "\"7\""}}};
  finish_response(open("GET /ping", "If-None-Match: \"6\", \"7\"\r\n").head, rules(), response);
  EXPECT_EQ(response.status, 304);
  EXPECT_TRUE(response.body.empty());
}

TEST_F(ExchangeTest, TagsAreComparedWeaklyAndAsAWhole) {
  const auto status_of = [&](const std::string& asked) {
    Response response{.body = std::string(1000, 'x'), .fields = {{"etag", "W/\"17\""}}};
    finish_response(open("GET /ping", "If-None-Match: " + asked + "\r\n").head, rules(), response);
    if (response.status == 304) {
      EXPECT_EQ(value_of(response, "vary"), "Accept-Encoding;");
    }
    return response.status;
  };
  for (const char* same : {"\"17\"", "W/\"17\"", "\"1\", W/\"17\"", "\"17\" , \"2\"", "*"}) {
    EXPECT_EQ(status_of(same), 304) << same;
  }
  for (const char* other : {"\"7\"", "17", "\"117\"", "W/", ""}) {
    EXPECT_EQ(status_of(other), 200) << other;
  }
}

TEST_F(ExchangeTest, ABodyThatIsCodedAlreadyIsNotCodedAgain) {
  Response response{.body = std::string(1000, 'x'),
                    .fields = {},
                    .gzip_body = std::make_shared<const std::string>("coded before")};
  finish_response(open("GET /ping", "Accept-Encoding: gzip\r\n").head, rules(), response);
  EXPECT_EQ(response.sent_body(), "coded before");
}

TEST_F(ExchangeTest, LargeAnswersAreCodedForThoseWhoTakeIt) {
  const std::string text(1000, 'x');
  Response coded{.body = text};
  finish_response(open("GET /ping", "Accept-Encoding: gzip\r\n").head, rules(), coded);
  EXPECT_EQ(value_of(coded, "content-encoding"), "gzip;");
  EXPECT_EQ(gunzip(coded.sent_body()), text);
  Response plain{.body = text};
  finish_response(open("GET /ping").head, rules(), plain);
  EXPECT_EQ(plain.body, text);
  EXPECT_EQ(value_of(plain, "vary"), "Accept-Encoding;");
}

}  // namespace
}  // namespace shelduck::http
