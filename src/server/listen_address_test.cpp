#include "shelduck/server/listen_address.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

TEST(ListenAddressTest, IsALiteralAndAPort) {
  EXPECT_EQ(parse_listen_address("127.0.0.1:8700").address, "127.0.0.1");
  EXPECT_EQ(parse_listen_address("127.0.0.1:0").port, 0);
  EXPECT_EQ(parse_listen_address("[::1]:80").address, "::1");
  EXPECT_EQ(url_of(parse_listen_address("[::1]:80")), "http://[::1]:80");
  EXPECT_EQ(url_of(parse_listen_address("127.0.0.1:8700")), "http://127.0.0.1:8700");
}

TEST(ListenAddressTest, ThatIsNoneIsRefused) {
  for (const char* text : {"", "8700", "127.0.0.1", "127.0.0.1:", ":8700", "127.0.0.1:65536",
                           "127.0.0.1:x", "::1:8700", "[127.0.0.1]:8700", "127.0.0.1:80 "}) {
    try {
      (void)parse_listen_address(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.detail().field, "--listen");
    }
  }
}

}  // namespace
}  // namespace shelduck::server
