#include "shelduck/http/token.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

// SHA-256 of "abc" as FIPS 180-2, appendix B.1 gives it.
constexpr std::string_view kAbcLine =
    "grafana read sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n";

TEST(Token, LineHoldsTheHashAlone) {
  EXPECT_EQ(token_line("grafana", Scope::read, "abc"), kAbcLine);
}

TEST(Token, FileIsRead) {
  const TokenTable table = read_tokens(
      "# who may what\r\n\n  " + std::string(kAbcLine) + token_line("backup", Scope::admin, "def"),
      "tokens");
  ASSERT_EQ(table.entries().size(), 2U);
  EXPECT_EQ(table.entries().front().name, "grafana");
  EXPECT_EQ(table.scope_of("abc"), Scope::read);
  EXPECT_EQ(table.scope_of("def"), Scope::admin);
  EXPECT_FALSE(table.scope_of("ab"));
  EXPECT_FALSE(table.scope_of(""));
}

TEST(Token, FileThatIsWrongIsRefusedWithItsLineAndNeverAToken) {
  const std::string hash = std::string(kAbcLine.substr(13));
  for (const std::string& line :
       {std::string("a read"), "a rad " + hash, std::string("a read sha256:12"),
        std::string("a open ") + hash, "a read md5:" + hash, std::string("secret\n"),
        "x read " + hash + "x read " + hash}) {
    try {
      (void)read_tokens("\n" + line, "tokens");
      ADD_FAILURE() << line;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
      EXPECT_NE(std::string(error.what()).find("tokens, line "), std::string::npos);
      EXPECT_EQ(std::string(error.what()).find("secret"), std::string::npos);
    }
  }
}

TEST(Token, NewOnesHaveAllTheirRandomBytes) {
  const RandomSource count = [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    std::ranges::generate(bytes, [&] { return next++; });
  };
  EXPECT_EQ(new_token(count),
            "sd_000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
}

Request with_authorization(const std::string& value) {
  Request request;
  request.fields = {{"authorization", value}};
  return request;
}

TEST(Token, CredentialsComeInEachWayThatCollectorsUse) {
  EXPECT_EQ(credentials(with_authorization("Bearer abc")), "abc");
  EXPECT_EQ(credentials(with_authorization("TOKEN  abc")), "abc");
  EXPECT_EQ(credentials(with_authorization("Basic dXNlcjphYmM=")), "abc");
  EXPECT_FALSE(credentials(with_authorization("Basic !")));
  EXPECT_FALSE(credentials(with_authorization("Digest abc")));
  Request old_style;
  old_style.query = {{"u", "user"}, {"p", "abc"}};
  EXPECT_EQ(credentials(old_style), "abc");
  EXPECT_FALSE(credentials(Request{}));
}

}  // namespace
}  // namespace shelduck::http
