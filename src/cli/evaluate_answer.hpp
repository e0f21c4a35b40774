// What `shelduck forecast evaluate` found, and its answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/stopwatch.hpp"
#include "shelduck/forecast/evaluation.hpp"
#include "shelduck/forecast/intervals/interval_scores.hpp"

namespace shelduck::cli {

// The model that all others are compared with.
inline constexpr std::string_view kYardstick = "naive2";

struct ModelSummary {
  std::string model;
  std::size_t refit_every = 1;  // origins
  forecast::SetScores scores{};
  std::vector<forecast::IntervalScores> levels{};
  Spent took{};  // fits, forecasts and intervals, summed over the threads
};

// A number of the whole file: nothing where its series differ.
struct CommonNumber {
  std::optional<std::int64_t> value{};
  bool is_mixed = false;

  void take(std::int64_t one) {
    is_mixed = is_mixed || (value && *value != one);
    value = one;
  }
  [[nodiscard]] std::optional<std::int64_t> common() const {
    return is_mixed ? std::nullopt : value;
  }
};

struct FileSummary {
  std::string file;
  std::int64_t series = 0;     // that were taken
  std::int64_t too_short = 0;  // of these, left out because of their length
  std::int64_t missing = 0;    // test rows without a value, which are not scored
  CommonNumber horizon{};
  CommonNumber score_period{};
  std::size_t origins_most = 0;  // of a series
  bool is_non_negative = false;
  std::string interval{};  // how the scores of intervals were made
  std::vector<std::string> notes{};
  std::vector<ModelSummary> models{};
};

[[nodiscard]] Answer evaluate_answer(const FileSummary& summary);

}  // namespace shelduck::cli
