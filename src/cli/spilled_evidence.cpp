#include "shelduck/cli/spilled_evidence.hpp"

#include <cstdint>
#include <optional>
#include <vector>

#include "shelduck/forecast/series.hpp"

namespace shelduck::cli {

void put_evidence(interop::SpillFile& spill, const forecast::IntervalEvidence& own) {
  spill.put(own.units);
  spill.put(own.deviations);
  spill.put(std::uint64_t{own.degrees});
  spill.put(std::uint64_t{own.need});
  spill.put(std::uint64_t{own.period});
  spill.put(std::vector{own.response.kind == forecast::ResponseKind::log ? 1.0 : 0.0,
                        own.response.offset, own.response.unit});
  spill.put(std::vector<double>(own.counts.begin(), own.counts.end()));
  spill.put(std::uint64_t{own.radii.size()});
  for (const auto& of_level : own.radii) {
    std::vector<double> radii;
    for (const auto& radius : of_level) radii.push_back(radius.value_or(forecast::kUnknown));
    spill.put(radii);
  }
}

forecast::IntervalEvidence take_evidence(interop::SpillFile& spill) {
  forecast::IntervalEvidence own{.units = spill.numbers(), .deviations = spill.numbers()};
  own.degrees = spill.number();
  own.need = spill.number();
  own.period = spill.number();
  const std::vector<double> response = spill.numbers();
  own.response = {
      .kind = response[0] > 0 ? forecast::ResponseKind::log : forecast::ResponseKind::identity,
      .offset = response[1],
      .unit = response[2]};
  for (const double count : spill.numbers()) own.counts.push_back(static_cast<std::size_t>(count));
  for (std::uint64_t levels = spill.number(); levels > 0; --levels) {
    auto& radii = own.radii.emplace_back();
    for (const double radius : spill.numbers()) {
      radii.push_back(radius == radius ? std::optional{radius} : std::nullopt);
    }
  }
  return own;
}

}  // namespace shelduck::cli
