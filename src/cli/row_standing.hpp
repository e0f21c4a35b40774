// What the database says of the rows of an older program's file, looked up by their keys.
//
//   file.begin_again();
//   look_up_rows({file, domain, connection, cancel}, nodes, [&](const StandingRow& row) { ... });
//
// All pieces of the file are read, whatever is refused in them; memory is that of one piece.
#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "shelduck/cli/cancel.hpp"
#include "shelduck/interop/sensors/old_sensor_file.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::cli {

// Of the file: read, judged and looked up together.
inline constexpr std::size_t kRowsAtOnce = 10'000;

enum class Standing {
  same,     // stored, and says the same
  other,    // its second has another reading
  refused,  // of a time that was pruned, or of a node that cannot be taken
  missing,
};

struct StandingRow {
  const sensors::IncomingRow& row;  // may be no reading, and still have a key
  sensors::ReadingKey key;
  Standing standing = Standing::missing;
};

struct RowsToLookUp {
  interop::OldSensorFile& file;
  const store::Domain& domain;
  store::Connection& connection;
  const CancelToken& cancel;
};

void look_up_rows(const RowsToLookUp& rows, const std::set<std::uint64_t>& nodes,
                  const std::function<void(const StandingRow&)>& use);

}  // namespace shelduck::cli
