// Little-endian numbers in byte strings, as every file of the journal writes them.
#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"

namespace shelduck::journal {

template <std::unsigned_integral T>
void put(std::string& out, T value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  }
}

inline void put(std::string& out, const Uuid& uuid) {
  out.append(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size());
}

// `bytes` must hold the number at `at`.
template <std::unsigned_integral T>
[[nodiscard]] T get(std::string_view bytes, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) {
    value |= static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i));
  }
  return value;
}

[[nodiscard]] inline Uuid get_uuid(std::string_view bytes, std::size_t at) {
  Uuid uuid;
  bytes.copy(reinterpret_cast<char*>(uuid.bytes.data()), uuid.bytes.size(), at);
  return uuid;
}

}  // namespace shelduck::journal
