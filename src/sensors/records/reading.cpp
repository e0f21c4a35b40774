#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::sensors {

namespace {

void put_big_endian(Uuid& uuid, std::size_t from, std::uint64_t number) noexcept {
  for (std::size_t i = 0; i < 8; ++i) {
    uuid.bytes[from + i] = static_cast<std::uint8_t>(number >> (56 - 8 * i));
  }
}

}  // namespace

Uuid ReadingKey::uuid() const noexcept {
  Uuid uuid;
  put_big_endian(uuid, 0, node_address);
  put_big_endian(uuid, 8, static_cast<std::uint64_t>(timestamp));
  return uuid;
}

ReadingKey ReadingKey::of(const Uuid& uuid) noexcept {
  return {uuid.half(0), static_cast<std::int64_t>(uuid.half(8))};
}

Refusal refusal_before(std::int64_t edge, const ReadingKey& key) {
  return {.field = "timestamp",
          .reason = "readings before " + std::to_string(edge) + " were pruned",
          .value = std::to_string(key.timestamp),
          .node_address = key.node_address,
          .timestamp = key.timestamp};
}

}  // namespace shelduck::sensors
