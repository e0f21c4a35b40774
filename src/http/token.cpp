#include "shelduck/http/token.hpp"

#include <nettle/base64.h>
#include <nettle/memops.h>
#include <nettle/sha2.h>

#include <algorithm>

#include "shelduck/core/error.hpp"

namespace shelduck::http {
namespace {

constexpr std::string_view kHashMark = "sha256:";
constexpr std::string_view kTokenMark = "sd_";
constexpr std::size_t kTokenBytes = 32;
constexpr std::string_view kHexDigits = "0123456789abcdef";

TokenHash hash_of(std::string_view token) {
  sha256_ctx context{};
  nettle_sha256_init(&context);
  nettle_sha256_update(&context, token.size(), reinterpret_cast<const std::uint8_t*>(token.data()));
  TokenHash hash{};
  nettle_sha256_digest(&context, hash.size(), hash.data());
  return hash;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += kHexDigits[byte >> 4U];
    text += kHexDigits[byte & 15U];
  }
  return text;
}

std::optional<TokenHash> parse_hash(std::string_view text) {
  TokenHash hash{};
  if (!text.starts_with(kHashMark)) return std::nullopt;
  text.remove_prefix(kHashMark.size());
  if (text.size() != 2 * hash.size()) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = kHexDigits.find(text[i]);
    if (digit == std::string_view::npos) return std::nullopt;
    hash[i / 2] = static_cast<std::uint8_t>(unsigned{hash[i / 2]} << 4U | digit);
  }
  return hash;
}

// A line may hold a token by mistake, so errors never show one.
Error broken_line(std::string_view file, std::size_t number, const std::string& rule) {
  return Error{ErrorKind::invalid_input,
               std::string(file) + ", line " + std::to_string(number) + ": " + rule,
               {.field = "token file", .value = std::string(file), .rule = rule}};
}

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  constexpr std::string_view kBlanks = " \t\r";
  while (true) {
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return words;
    const std::size_t end = std::min(line.find_first_of(kBlanks, begin), line.size());
    words.push_back(line.substr(begin, end - begin));
    line.remove_prefix(end);
  }
}

TokenEntry read_entry(std::span<const std::string_view> words, std::string_view file,
                      std::size_t number) {
  if (words.size() != 3) throw broken_line(file, number, "NAME SCOPE sha256:HEX");
  const auto scope = parse_scope(words[1]);
  if (!scope) throw broken_line(file, number, "a scope is read, write or admin");
  const auto hash = parse_hash(words[2]);
  if (!hash) throw broken_line(file, number, "a hash is sha256: and 64 small hexadecimal digits");
  return {.name = std::string(words[0]), .scope = *scope, .hash = *hash};
}

// "user:password" of Basic; the user's name does not matter.
std::optional<std::string> basic_password(std::string_view encoded) {
  base64_decode_ctx context{};
  nettle_base64_decode_init(&context);
  std::string decoded(BASE64_DECODE_LENGTH(encoded.size()), '\0');
  std::size_t size = decoded.size();
  if (nettle_base64_decode_update(&context, &size, reinterpret_cast<std::uint8_t*>(decoded.data()),
                                  encoded.size(), encoded.data()) == 0 ||
      nettle_base64_decode_final(&context) == 0) {
    return std::nullopt;
  }
  decoded.resize(size);
  const std::size_t colon = decoded.find(':');
  if (colon == std::string::npos) return std::nullopt;
  return decoded.substr(colon + 1);
}

bool is_same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return (a | 0x20) == (b | 0x20); });
}

}  // namespace

std::optional<Scope> TokenTable::scope_of(std::string_view token) const noexcept {
  const TokenHash hash = hash_of(token);
  std::optional<Scope> scope;
  for (const TokenEntry& entry : entries_) {
    if (nettle_memeql_sec(hash.data(), entry.hash.data(), hash.size()) != 0) scope = entry.scope;
  }
  return scope;
}

TokenTable read_tokens(std::string_view text, std::string_view file) {
  std::vector<TokenEntry> entries;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const std::vector<std::string_view> words = words_of(line);
    if (words.empty() || words.front().starts_with('#')) continue;
    const TokenEntry entry = read_entry(words, file, number);
    if (std::ranges::find(entries, entry.name, &TokenEntry::name) != entries.end()) {
      throw broken_line(file, number, "each name once");
    }
    entries.push_back(entry);
  }
  return TokenTable{std::move(entries)};
}

std::string new_token(const RandomSource& random) {
  std::array<std::uint8_t, kTokenBytes> bytes{};
  random(bytes);
  return std::string(kTokenMark) + hex(bytes);
}

std::string token_line(std::string_view name, Scope scope, std::string_view token) {
  return std::string(name) + " " + std::string(to_string(scope)) + " " + std::string(kHashMark) +
         hex(hash_of(token)) + "\n";
}

std::optional<std::string> credentials(const Request& request) {
  const std::optional<std::string> field = request.field("authorization");
  if (!field) return request.query_value("p");
  const std::size_t blank = std::min(field->find(' '), field->size());
  const std::string_view scheme = std::string_view{*field}.substr(0, blank);
  std::string_view rest = std::string_view{*field}.substr(std::min(blank + 1, field->size()));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  if (is_same_word(scheme, "bearer") || is_same_word(scheme, "token")) return std::string(rest);
  if (is_same_word(scheme, "basic")) return basic_password(rest);
  return std::nullopt;
}

}  // namespace shelduck::http
