// The refused rows before a second, of tables that have the same columns in both engines.
#pragma once

#include <cstdint>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::sensors {

[[nodiscard]] ReadingStore::RefusedBefore refused_before(store::Transaction& snapshot,
                                                         std::int64_t at);

}  // namespace shelduck::sensors
