#include "shelduck/forecast/lightgbm/boosted_trees.hpp"

#include <cstdint>
#include <mutex>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/lightgbm/lightgbm_library.hpp"

namespace shelduck::forecast {
namespace {

// C_API_DTYPE_FLOAT32 and so on of c_api.h.
constexpr int kFloat32 = 0;
constexpr int kFloat64 = 1;
constexpr int kPredictNormal = 0;
constexpr int kImportanceOfSplits = 0;
constexpr const char* kAlways = "num_threads=1 verbosity=-1";

void check_columns(std::size_t have, std::size_t need) {
  if (have == need) return;
  throw Error{ErrorKind::bug, "a row of trees has " + std::to_string(have) + " columns, not " +
                                  std::to_string(need)};
}

Error not_readable(const std::string& reason) {
  return Error{
      ErrorKind::invalid_input,
      "LightGBM cannot read the text of the trees: " + reason,
      {.field = "text", .rule = "a model text of LightGBM", .hint = "train the model again"}};
}

// Frees what LightGBM gave.
class LightgbmObject {
 public:
  explicit LightgbmObject(int (*free)(LightgbmHandle)) : free_(free) {}
  ~LightgbmObject() { free_(handle); }
  LightgbmObject(const LightgbmObject&) = delete;
  LightgbmObject& operator=(const LightgbmObject&) = delete;

  LightgbmHandle handle = nullptr;

 private:
  int (*free_)(LightgbmHandle);
};

std::string directions_of(const TreeOptions& options) {
  std::string words;
  for (const Direction direction : options.directions) {
    words += words.empty() ? " monotone_constraints=" : ",";
    words += direction == Direction::rising ? "1" : direction == Direction::falling ? "-1" : "0";
  }
  return words;
}

std::string parameters_of(const TreeOptions& options) {
  return std::string{kAlways} +
         " objective=regression deterministic=true force_row_wise=true seed=1"
         " feature_pre_filter=false min_data_in_bin=1 max_depth=" +
         std::to_string(options.depth) +
         " num_leaves=" + std::to_string(std::size_t{1} << options.depth) +
         " min_data_in_leaf=" + std::to_string(options.least_in_leaf) +
         " lambda_l2=" + std::to_string(options.ridge) +
         " learning_rate=" + std::to_string(options.rate) + directions_of(options);
}

std::string text_of(const LightgbmLibrary& library, LightgbmHandle booster) {
  std::int64_t length = 0;
  std::string text;
  const auto ask = [&] {
    library.check(
        library.booster_to_text(booster, 0, -1, kImportanceOfSplits,
                                static_cast<std::int64_t>(text.size()), &length, text.data()),
        "write its model");
  };
  ask();
  text.resize(static_cast<std::size_t>(length));
  ask();
  text.pop_back();  // the 0 behind it
  return text;
}

}  // namespace

void TreeRows::add(std::span<const double> row, double target) {
  check_columns(row.size(), columns);
  entries.insert(entries.end(), row.begin(), row.end());
  targets.push_back(static_cast<float>(target));
}

// What LightGBM has made of a text.
class BoostedTrees::Reading {
 public:
  explicit Reading(const std::string& text) {
    const LightgbmLibrary& library = lightgbm_library();
    int rounds = 0;
    if (library.booster_from_text(text.c_str(), &rounds, &booster_.handle) != 0) {
      throw not_readable(library.last_error());
    }
    int columns = 0;
    library.check(library.booster_columns(booster_.handle, &columns), "count columns");
    columns_ = static_cast<std::size_t>(columns);
    library.check(library.predictor_create(booster_.handle, kPredictNormal, 0, -1, kFloat64,
                                           columns, kAlways, &predictor_.handle),
                  "prepare a prediction");
  }

  [[nodiscard]] double of(std::span<const double> row) const {
    check_columns(row.size(), columns_);
    const LightgbmLibrary& library = lightgbm_library();
    std::int64_t count = 0;
    double answer = 0;
    const std::scoped_lock lock{asking_};
    library.check(library.predictor_predict(predictor_.handle, row.data(), &count, &answer),
                  "predict");
    return answer;
  }
  [[nodiscard]] std::size_t columns() const { return columns_; }

 private:
  LightgbmObject booster_{lightgbm_library().booster_free};
  LightgbmObject predictor_{lightgbm_library().predictor_free};
  std::size_t columns_ = 0;
  mutable std::mutex asking_{};  // of the predictor, which has room for one row
};

BoostedTrees::BoostedTrees(std::string text) : text_(std::move(text)) { read(); }

void BoostedTrees::read() {
  if (!text_.empty()) reading_ = std::make_shared<const Reading>(text_);
}

double BoostedTrees::of(std::span<const double> row) const {
  return reading_ ? reading_->of(row) : 0;
}

std::size_t BoostedTrees::columns() const { return reading_ ? reading_->columns() : 0; }

BoostedTrees boosted(const TreeRows& rows, const TreeOptions& options, const StopCheck& check) {
  if (!options.directions.empty()) check_columns(options.directions.size(), rows.columns);
  const LightgbmLibrary& library = lightgbm_library();
  const std::string parameters = parameters_of(options);
  LightgbmObject data{library.dataset_free};
  const std::size_t count = rows.targets.size();
  library.check(
      library.dataset_from_matrix(rows.entries.data(), kFloat64, static_cast<std::int32_t>(count),
                                  static_cast<std::int32_t>(rows.columns), 1, parameters.c_str(),
                                  nullptr, &data.handle),
      "take rows");
  library.check(library.dataset_set_field(data.handle, "label", rows.targets.data(),
                                          static_cast<int>(count), kFloat32),
                "take targets");
  LightgbmObject booster{library.booster_free};
  library.check(library.booster_create(data.handle, parameters.c_str(), &booster.handle),
                "begin a model");
  int is_finished = 0;
  for (std::size_t round = 0; round < options.rounds && is_finished == 0; ++round) {
    stop_if_asked(check);
    library.check(library.booster_update(booster.handle, &is_finished), "add a tree");
  }
  return BoostedTrees{text_of(library, booster.handle)};
}

}  // namespace shelduck::forecast
