// The sensors domain as the store sees it, on DuckDB: its tables, its records, and what follows.
#pragma once

#include <span>

#include "shelduck/store/domain.hpp"

namespace shelduck::sensors {

[[nodiscard]] store::Domain domain();

// What the tables say of the facts by which a claim is judged (facts.hpp).
[[nodiscard]] store::KnownFacts find_facts(store::Connection& connection,
                                           std::span<const store::Fact> facts);

}  // namespace shelduck::sensors
