// Version names what the rows of a database are: where two versions are equal, so are the rows.
//
//   const Version before = read_version(connection);
//
// `count` grows by one with each applied record, in the transaction that applies it, and survives
// restarts. A file that is made anew (restored, rebuilt) has another epoch, and may count from
// less.
#pragma once

#include <compare>
#include <cstdint>

#include "shelduck/core/uuid.hpp"

namespace shelduck::store {

class Connection;

struct Version {
  Uuid epoch;
  std::uint64_t count = 0;

  auto operator<=>(const Version&) const = default;
};

// Of the rows that this connection sees now. Within a transaction: of all that it sees.
[[nodiscard]] Version read_version(Connection& connection);

}  // namespace shelduck::store
