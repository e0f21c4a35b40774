#include "shelduck/http/origin.hpp"

#include <gtest/gtest.h>

namespace shelduck::http {
namespace {

Head head_of(const std::string& host, std::vector<Field> fields = {}) {
  Head head;
  head.host = host;
  head.fields = std::move(fields);
  return head;
}

bool takes_host(const std::string& host) {
  try {
    judge_host(head_of(host), "192.168.1.7", {.hosts = {"pi.lan"}, .origins = {}});
    return true;
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status(), 403);
    return false;
  }
}

TEST(Host, ThatIsTheServersOwn) {
  for (const char* host : {"localhost", "LOCALHOST:8700", "127.0.0.1", "127.1.2.3:80", "[::1]:8700",
                           "192.168.1.7:8700", "pi.lan", "PI.lan:8700"}) {
    EXPECT_TRUE(takes_host(host)) << host;
  }
}

// A name that an attacker's DNS leads to loopback is still that name.
TEST(Host, ThatIsSomebodyElses) {
  for (const char* host :
       {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.1.8",
        "[::2]", "[::1", "localhost:x", "localhost:123456", "0.0.0.0", "2130706433"}) {
    EXPECT_FALSE(takes_host(host)) << host;
  }
}

bool takes_origin(std::vector<Field> fields) {
  try {
    judge_origin(head_of("localhost:8700", std::move(fields)),
                 {.hosts = {}, .origins = {"https://example.org"}});
    return true;
  } catch (const Refusal& refusal) {
    EXPECT_EQ(refusal.status(), 403);
    return false;
  }
}

TEST(Origin, OwnOrNamedOrNone) {
  EXPECT_TRUE(takes_origin({}));
  EXPECT_TRUE(takes_origin({{"origin", "http://localhost:8700"}}));
  EXPECT_TRUE(takes_origin({{"origin", "https://example.org"}, {"sec-fetch-site", "cross-site"}}));
  EXPECT_TRUE(takes_origin({{"sec-fetch-site", "same-origin"}}));
}

TEST(Origin, SaidTwiceIsRefused) {
  for (const auto& [name, value] :
       {Field{"origin", "http://localhost:8700"}, Field{"sec-fetch-site", "same-origin"}}) {
    try {
      judge_origin(head_of("localhost:8700", {{name, value}, {name, value}}), {});
      FAIL() << name;
    } catch (const Refusal& refusal) {
      EXPECT_EQ(refusal.status(), 400);
    }
  }
}

TEST(Origin, OfAnotherSiteIsRefused) {
  EXPECT_FALSE(takes_origin({{"origin", "http://localhost:8701"}}));
  EXPECT_FALSE(takes_origin({{"origin", "http://example.com"}}));
  EXPECT_FALSE(takes_origin({{"origin", "null"}}));
  EXPECT_FALSE(takes_origin({{"sec-fetch-site", "cross-site"}}));
}

}  // namespace
}  // namespace shelduck::http
