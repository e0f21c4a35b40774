// Record is a fact as a domain writes it. Types from kFirstStoreType up belong to the store.
#pragma once

#include <cstdint>
#include <string>

namespace shelduck::store {

struct Record {
  std::uint16_t type = 0;
  std::string payload;
};

inline constexpr std::uint16_t kFirstStoreType = 0xff00;

}  // namespace shelduck::store
