// What is known of readings and nodes before something new is judged: the facts of the store's
// recordings, in this domain's words.
//
//   reading   its key is the id; content: what it says
//   node      its address; content: the label, empty for a node that is known by its number
//   count     of nodes; content: a decimal number
//   edge      before which readings are refused; content: a decimal number of seconds
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::sensors {

enum class FactKind : std::uint16_t { reading = 1, node = 2, node_count = 3, edge = 4 };

[[nodiscard]] store::Fact reading_fact(const ReadingKey& key);
[[nodiscard]] store::Fact node_fact(std::uint64_t address);
[[nodiscard]] store::Fact node_count_fact();
[[nodiscard]] store::Fact edge_fact();

[[nodiscard]] inline bool is_about(const store::Fact& fact, FactKind kind) noexcept {
  return fact.kind == static_cast<std::uint16_t>(kind);
}

[[nodiscard]] std::string content_of(const ReadingValues& values);

// Nothing said, or no number: `otherwise`.
[[nodiscard]] std::int64_t number_of(const store::KnownFacts& known, const store::Fact& fact,
                                     std::int64_t otherwise);

}  // namespace shelduck::sensors
