// What the tests of exponential smoothing share.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "shelduck/forecast/smoothing/exponential_smoothing.hpp"

namespace shelduck::forecast {

using EtsValues = std::vector<double>;

inline EtsForm form_named(const std::string& name) {
  const auto part = [&](std::size_t at) { return name.substr(at, name.find(',', at) - at); };
  const std::string trend = part(2);
  const std::string season = part(name.rfind(',') + 1);
  return {.error = name[0] == 'A' ? EtsError::additive : EtsError::multiplicative,
          .trend = trend == "N"   ? Trend::none
                   : trend == "A" ? Trend::additive
                                  : Trend::damped,
          .season = season == "N"   ? EtsSeason::none
                    : season == "A" ? EtsSeason::additive
                                    : EtsSeason::multiplicative};
}

inline constexpr std::array kEtsNames{"A,N,N",  "M,N,N",  "A,A,N", "M,A,N", "A,Ad,N",
                                      "M,Ad,N", "A,N,A",  "M,N,A", "A,A,A", "M,A,A",
                                      "A,Ad,A", "M,Ad,A", "M,N,M", "M,A,M", "M,Ad,M"};

inline ExponentialSmoothingModel at_start(const std::string& name, std::size_t period,
                                          const EtsCourse& course) {
  return {.form = form_named(name),
          .period = period,
          .weights = course.weights,
          .start = course.start,
          .state = course.start};
}

inline const EtsValues kYearly{3103, 3360, 3807, 4387, 4936, 5379, 5692, 5886, 5964,  6190,
                               6437, 6892, 7390, 7842, 8051, 8469, 9012, 9650, 10122, 10489};
inline const EtsValues kLevel{98.2,  101.7, 95.1,  104.4, 99.8,  97.3, 110.2, 108.5,
                              103.9, 112.6, 107.1, 109.8, 104.2, 99.5, 102.8, 96.4,
                              93.9,  97.7,  95.2,  100.6, 98.8,  92.1, 96.0,  94.7};
inline const EtsValues kQuarterly{362, 385, 432, 341, 382, 409, 498, 387, 473, 513, 582, 474,
                                  544, 582, 681, 557, 628, 707, 773, 592, 627, 725, 854, 661};
inline const EtsValues kMonthly{112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
                                115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
                                145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
                                171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194};
inline const EtsValues kMixed{12.1, -3.4, 5.6, 8.8,  13.9, -1.0, 7.7,  9.1,  15.2, 0.3, 9.9,  11.5,
                              15.9, 2.8,  9.0, 13.1, 18.4, 2.2,  12.6, 14.0, 19.1, 5.5, 12.2, 16.8};

}  // namespace shelduck::forecast
