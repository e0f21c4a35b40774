#include "shelduck/sensors/facts.hpp"

#include <charconv>

namespace shelduck::sensors {
namespace {

store::Fact fact_of(FactKind kind, const ReadingKey& key) {
  return {static_cast<std::uint16_t>(kind), key.uuid()};
}

}  // namespace

store::Fact reading_fact(const ReadingKey& key) { return fact_of(FactKind::reading, key); }
store::Fact node_fact(std::uint64_t address) { return fact_of(FactKind::node, {address, 0}); }
store::Fact node_count_fact() { return fact_of(FactKind::node_count, {}); }
store::Fact edge_fact() { return fact_of(FactKind::edge, {}); }

std::string content_of(const ReadingValues& values) {
  const auto temperature = static_cast<std::uint16_t>(values.temperature_centidegrees);
  const std::uint16_t humidity = values.humidity_centipercent;
  return {static_cast<char>(temperature >> 8U), static_cast<char>(temperature & 0xffU),
          static_cast<char>(humidity >> 8U), static_cast<char>(humidity & 0xffU),
          static_cast<char>(values.flags)};
}

std::int64_t number_of(const store::KnownFacts& known, const store::Fact& fact,
                       std::int64_t otherwise) {
  const std::string* found = known.find(fact);
  if (found == nullptr) return otherwise;
  std::int64_t number = otherwise;
  (void)std::from_chars(found->data(), found->data() + found->size(), number);
  return number;
}

}  // namespace shelduck::sensors
