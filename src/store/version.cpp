#include "shelduck/store/version.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/result.hpp"

namespace shelduck::store {

Version read_version(Connection& connection) {
  const Result result = connection.query("SELECT epoch, applied FROM apply_counter");
  const std::optional<Row> row = result.first();
  if (!row) throw Error{ErrorKind::corrupt, "the database does not say how much was applied to it"};
  return {row->get<Uuid>(0), static_cast<std::uint64_t>(row->get<std::int64_t>(1))};
}

}  // namespace shelduck::store
