// What a model would have been, had it been fitted before the end of its series was known.
//
//   const std::vector<EarlierFit> fits = earlier_fits(state, series);
//   fits[0].known     // how many values it knew; fits[0].state goes on from there
//
// The line of prophet knows all values of its fit, and so where the trend went after a past origin,
// also where it stands within mstl; the parameters of the others say little of that. So these two
// are fitted anew to what was known before each of kEarlierFits parts of the origins from which
// intervals learn (scored_origins.hpp). The last one is the fit itself: what comes behind it in
// updates it did not know. A trained model keeps them, so that its intervals cost no fit.
// Before there are two of each season it would be another model, and that fit is left out.
// Cost: kEarlierFits fits of prophet; nothing for other models. Threads: pure. Private to this
// room.
#pragma once

#include <cstddef>
#include <vector>

#include "shelduck/forecast/regular.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kEarlierFits = 4;

[[nodiscard]] std::vector<EarlierFit> earlier_fits(const RegularState& state,
                                                   const RegularSeries& series);

}  // namespace shelduck::forecast
