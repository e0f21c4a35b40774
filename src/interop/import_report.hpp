// ImportReport is what an import tells of itself: what it read, what became of it, what it refused.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/interop/imported_run.hpp"

namespace shelduck::interop {

struct Verdicts {
  std::int64_t read = 0;
  std::int64_t imported = 0;
  std::int64_t updated = 0;
  std::int64_t unchanged = 0;
  std::int64_t pruned = 0;
  std::int64_t rejected = 0;
};

struct ImportReject {
  std::uint64_t line = 0;
  std::string reason;
};

struct ImportReport {
  std::string source;
  std::string format;
  Verdicts runs;
  Verdicts executions;
  Verdicts steps;
  double wall_clock_seconds = 0;  // of what was read
  std::optional<Instant> first;
  std::optional<Instant> last;
  std::vector<ImportReject> rejects;
  std::vector<std::string> notes;  // for stderr: assumed zones, conversions
};

void count(Verdicts& verdicts, std::int64_t Verdicts::* what, std::size_t how_many = 1);

// A run, its executions and its steps are counted under the same verdict.
void count(ImportReport& report, std::int64_t Verdicts::* what, const ImportedRun& run);

[[nodiscard]] Document document(const ImportReport& report);

}  // namespace shelduck::interop
