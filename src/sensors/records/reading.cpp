#include "shelduck/sensors/records/reading.hpp"

#include <bit>
#include <cstring>

namespace shelduck::sensors {

namespace {

// As one move of memory: a body has a thousand keys.
std::uint64_t big_endian(std::uint64_t number) noexcept {
  return std::endian::native == std::endian::big ? number : __builtin_bswap64(number);
}

void put(Uuid& uuid, std::size_t from, std::uint64_t number) noexcept {
  const std::uint64_t bytes = big_endian(number);
  std::memcpy(uuid.bytes.data() + from, &bytes, sizeof bytes);
}

std::uint64_t number_at(const Uuid& uuid, std::size_t from) noexcept {
  std::uint64_t bytes = 0;
  std::memcpy(&bytes, uuid.bytes.data() + from, sizeof bytes);
  return big_endian(bytes);
}

}  // namespace

Uuid ReadingKey::uuid() const noexcept {
  Uuid uuid;
  put(uuid, 0, node_address);
  put(uuid, 8, static_cast<std::uint64_t>(timestamp));
  return uuid;
}

ReadingKey ReadingKey::of(const Uuid& uuid) noexcept {
  return {number_at(uuid, 0), static_cast<std::int64_t>(number_at(uuid, 8))};
}

Refusal refusal_before(std::int64_t edge, const ReadingKey& key) {
  return {.field = "timestamp",
          .reason = "readings before " + std::to_string(edge) + " were pruned",
          .value = std::to_string(key.timestamp),
          .node_address = key.node_address,
          .timestamp = key.timestamp};
}

}  // namespace shelduck::sensors
