#include "shelduck/core/uuid.hpp"

#define XXH_INLINE_ALL
#include <sys/random.h>
#include <xxhash.h>

#include <cerrno>
#include <cstring>

#include "shelduck/core/error.hpp"

namespace shelduck {

RandomSource system_random() {
  return [](std::span<std::uint8_t> bytes) {
    std::size_t filled = 0;
    while (filled < bytes.size()) {
      const ssize_t got = getrandom(bytes.data() + filled, bytes.size() - filled, 0);
      if (got < 0 && errno == EINTR) {
        continue;
      }
      if (got < 0) {
        throw system_error("getrandom", "the kernel's random source", errno);
      }
      filled += static_cast<std::size_t>(got);
    }
  };
}

namespace {

void stamp(Uuid& uuid, std::uint8_t version) {
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | (version << 4));
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr bool hyphen_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

Uuid new_uuid(Instant now, const RandomSource& random) {
  Uuid uuid;
  random(uuid.bytes);
  const auto micros = static_cast<std::uint64_t>(now.time_since_epoch().count());
  const std::uint64_t millis = micros / 1000;
  const std::uint64_t fraction = (micros % 1000) * 4096 / 1000;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.bytes[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  }
  uuid.bytes[6] = static_cast<std::uint8_t>(fraction >> 8);
  uuid.bytes[7] = static_cast<std::uint8_t>(fraction);
  stamp(uuid, 7);
  return uuid;
}

std::optional<Instant> time_of(const Uuid& uuid) noexcept {
  const bool is_rfc = (uuid.bytes[8] & 0xC0U) == 0x80U;
  if (!is_rfc || uuid.bytes[6] >> 4U != 7) return std::nullopt;
  constexpr unsigned kBelowTime = 16;
  return Instant{std::chrono::milliseconds{uuid.half(0) >> kBelowTime}};
}

Uuid derived_uuid(std::string_view bytes) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes.data(), bytes.size()));
  Uuid uuid;
  std::memcpy(uuid.bytes.data(), canonical.digest, uuid.bytes.size());
  stamp(uuid, 8);
  return uuid;
}

std::string to_string(const Uuid& uuid) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (hyphen_before(i)) text += '-';
    text += kDigits[uuid.bytes[i] >> 4];
    text += kDigits[uuid.bytes[i] & 0x0F];
  }
  return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (hyphen_before(i) && text[at++] != '-') return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
  }
  return uuid;
}

}  // namespace shelduck
