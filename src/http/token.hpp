// Tokens: who may do what. Shown once when they are made, kept hashed, compared in constant time.
//
//   TokenTable tokens = read_tokens(text, "/etc/shelduck/tokens");
//   const std::optional<Scope> scope = tokens.scope_of("sd_3f...");
//   const std::string line = token_line("grafana", Scope::read, token);
//
// A line of a token file: `name scope sha256:hex`; empty lines and lines that begin with # are
// left out. The hash is of 32 random bytes' text, which no dictionary holds, so it needs no salt.
// Failure: Error(invalid_input) that names file, line and rule; never the line itself.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/uuid.hpp"
#include "shelduck/http/message.hpp"

namespace shelduck::http {

using TokenHash = std::array<std::uint8_t, 32>;  // SHA-256

struct TokenEntry {
  std::string name;
  Scope scope = Scope::read;
  TokenHash hash{};
};

class TokenTable {
 public:
  TokenTable() = default;
  explicit TokenTable(std::vector<TokenEntry> entries) : entries_(std::move(entries)) {}

  [[nodiscard]] const std::vector<TokenEntry>& entries() const noexcept { return entries_; }

  // Looks at every entry, whichever fits, in the same time for every token.
  [[nodiscard]] std::optional<Scope> scope_of(std::string_view token) const noexcept;

 private:
  std::vector<TokenEntry> entries_;
};

[[nodiscard]] TokenTable read_tokens(std::string_view text, std::string_view file);

[[nodiscard]] std::string new_token(const RandomSource& random);

[[nodiscard]] std::string token_line(std::string_view name, Scope scope, std::string_view token);

// The token of a request's credentials: `Authorization: Bearer`, `Token` or the password of Basic,
// else the query's `p` (what existing collectors send). Nothing where there are none.
[[nodiscard]] std::optional<std::string> credentials(const Request& request);

}  // namespace shelduck::http
