// check() looks at everything a store stands on and reports; it changes nothing but what applying
// changes anyhow.
//
//   const CheckReport report = check(store, Depth::deep);
//   return report.is_damaged() ? 5 : 0;
//
// Damage: broken rules, damaged ranges of journal segments, a position beyond the end of its
// segment, digests that differ from a rebuild (deep). Reported, and no damage: torn tails, open
// and placeholder rows, segments of a newer version, rejected records in quarantine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/store/headway.hpp"

namespace shelduck::store {

class Store;

enum class Depth { quick, deep };

struct Finding {
  enum class Severity { damaged, reported } severity = Severity::reported;
  std::string rule;    // stable word: "foreign_segment", "positions", a domain's rule name
  std::string detail;  // the first exceptions, for people
  std::int64_t count = 0;
};

struct CheckReport {
  std::vector<Finding> findings;  // only of rules that found something
  std::int64_t rules = 0;         // how many were checked
  std::int64_t segments = 0;
  std::int64_t frames = 0;
  std::int64_t quarantined = 0;

  [[nodiscard]] bool is_damaged() const;
};

[[nodiscard]] CheckReport check(Store& store, Depth depth, const HeadwaySink& sink = {});

[[nodiscard]] Document document(const CheckReport& report);

}  // namespace shelduck::store
