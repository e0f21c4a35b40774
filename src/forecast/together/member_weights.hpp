// MemberWeights learns how much each member of a combination counts, from how far its past errors
// are behind those of the best one.
//
//   weights.add({0.2, 0.3, 0.2, 0.5});   // absolute errors at one origin, one a member
//   weights.shares()                     // sum 1
//
//   share of k ~ exp(-kDoubt t_k),   t_k = mean(error of k - error of the best) / its standard
//   error
//
// Who is behind by what may be chance keeps most of an equal share; who is behind by several
// standard errors is out. Older origins fade by kErrorFading each, standard errors are of as many
// origins as equal weights would need, (sum w)^2 / sum w^2. Where the constants come from:
// together.hpp. Threads: plain data. Cost: a few operations for each pair of members. Errors are
// finite.
#pragma once

#include <array>
#include <cstddef>

namespace shelduck::forecast {

inline constexpr std::size_t kTogetherMembers = 4;
inline constexpr double kErrorFading = 0.98;
inline constexpr double kDoubt = 1.5;

using OfMembers = std::array<double, kTogetherMembers>;

class MemberWeights {
 public:
  void add(const OfMembers& errors);

  // Equal before the first error.
  [[nodiscard]] OfMembers shares() const;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("origins", m.origins_), visit("squared_origins", m.squared_origins_);
    visit("sums", m.sums_), visit("squares", m.squares_);
  }

 private:
  // How far `other` is behind `best`, in standard errors.
  [[nodiscard]] double behind(std::size_t best, std::size_t other) const;

  static constexpr std::size_t kPairs = kTogetherMembers * (kTogetherMembers - 1) / 2;

  double origins_ = 0;                    // sum of their weights
  double squared_origins_ = 0;            // sum of the squares of these
  std::array<double, kPairs> sums_{};     // of error of i - error of j, i < j
  std::array<double, kPairs> squares_{};  // of the same
};

}  // namespace shelduck::forecast
