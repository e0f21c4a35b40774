// Trees that LightGBM has boosted on rows of any columns: lags of a series, sizes of the work.
//
//   TreeRows rows{.columns = 2};
//   rows.add(std::array{3.0, kUnknown}, 12.5);   // an entry that is not known is NaN
//   const BoostedTrees trees = boosted(rows, {.rounds = 50});
//   trees.of(std::array{4.0, 1.0})
//   BoostedTrees{trees.text()}                   // the same, bit for bit
//
// Squared error, one thread, a fixed seed: the same rows give the same bits. LightGBM works in
// float, so entries and targets that are far from 1 lose digits: the caller brings them near.
// They are a value: LightGBM's model text, beside which stands what it has made of it, shared by
// the copies. The text is LightGBM's to read, and it trusts what it can read. Threads: any may ask
// one object; asking is serialised. Failure: Error io (lightgbm_library.hpp), invalid_input for a
// text that LightGBM cannot read, bug for rows or directions of another length.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "shelduck/forecast/stop_check.hpp"

namespace shelduck::forecast {

struct TreeRows {
  std::size_t columns = 0;
  std::vector<double> entries{};  // row by row
  std::vector<float> targets{};   // as LightGBM takes them

  void add(std::span<const double> row, double target);
};

// How an answer may move with an entry.
enum class Direction { any, rising, falling };

struct TreeOptions {
  std::size_t rounds = 100;
  std::size_t depth = 3;
  std::size_t least_in_leaf = 3;
  double ridge = 5;  // lambda of the leaves
  double rate = 0.1;
  std::vector<Direction> directions{};  // one for each column; empty: any
};

class BoostedTrees {
 public:
  BoostedTrees() = default;  // none, which say 0
  explicit BoostedTrees(std::string text);

  [[nodiscard]] double of(std::span<const double> row) const;
  [[nodiscard]] const std::string& text() const { return text_; }  // empty: no trees
  [[nodiscard]] std::size_t columns() const;                       // 0: no trees

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& m) {
    visit("text", m.text_);
    if constexpr (!std::is_const_v<Self>) m.read();
  }

 private:
  class Reading;
  void read();

  std::string text_{};
  std::shared_ptr<const Reading> reading_{};  // never changes, so copies may share it
};

// `check` is called before each round.
[[nodiscard]] BoostedTrees boosted(const TreeRows& rows, const TreeOptions& options,
                                   const StopCheck& check = {});

}  // namespace shelduck::forecast
