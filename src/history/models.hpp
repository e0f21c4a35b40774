// Models are what `history train` fits ahead, because it takes too long at every question. The
// table `models` holds what was chosen then for each plugin, phase and target; where that is the
// ensemble, also its state, as a text whose format the caller knows. Everything else is quick to
// fit.
//
//   const Training made = train_models(connection, {.plugins = {"apt"}}, {now, random, write});
//   store.write(made.records);
//   const FittedBefore before = fitted_before(connection, {.plugins = {"apt"}}, read);
//   train(series, before.of({"apt", Phase::execute, "wall_clock_seconds"}))
//
// A state that no longer fits its runs (older ones were added or removed) is left out by the
// forecasting room, one that cannot be read is counted: both until the next training.
// Threads: one, that of the connection; FittedBefore::of() from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/state/model_state.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::history {

// How a state is written as text, and read; reading throws Error.
using WriteModel = std::function<std::string(const forecast::ModelState&)>;
using ReadModel = std::function<forecast::ModelState(std::string_view)>;

// What a model is of.
struct ModelSubject {
  std::string plugin_name;  // its present name
  Phase phase = Phase::execute;
  std::string_view target;  // one of kTargets

  auto operator<=>(const ModelSubject&) const = default;
};

class FittedBefore {
 public:
  FittedBefore() = default;  // nothing was
  FittedBefore(std::map<ModelSubject, std::string> texts, ReadModel read)
      : texts_(std::move(texts)), read_(std::move(read)) {}

  // Nothing where there is none, or none that can be read.
  [[nodiscard]] std::optional<forecast::SequenceModel> of(const ModelSubject& subject) const;
  [[nodiscard]] std::size_t unreadable() const { return *unreadable_; }

 private:
  std::map<ModelSubject, std::string> texts_;
  ReadModel read_;
  std::shared_ptr<std::atomic<std::size_t>> unreadable_ =
      std::make_shared<std::atomic<std::size_t>>(0);
};

// Every one by default.
struct FittedOf {
  std::vector<std::string> plugins{};  // under their present names
  std::optional<Phase> phase{};
  std::optional<std::string_view> target{};
};

// Nothing without `read`.
[[nodiscard]] FittedBefore fitted_before(store::Connection& connection, const FittedOf& of,
                                         const ReadModel& read);

struct TrainOptions {
  std::vector<std::string> plugins{};  // empty: every plugin of the history
  std::size_t threads = 1;
  // Called on the caller's thread; may throw, to end the training.
  std::function<void(std::size_t done, std::size_t all)> progress{};
};

// What was chosen among the closed forms and the model that was fitted now, or why nothing was.
struct TrainedTarget {
  ModelSubject subject;
  std::variant<forecast::TrainedModel, forecast::NotEnough> choice;
};

struct Training {
  std::vector<TrainedTarget> targets{};  // by plugin, phase and target
  std::vector<store::Record> records{};
};

// When models are made, and how they become records.
struct TrainingRecords {
  Instant now;
  const RandomSource& random;  // of their versions
  WriteModel write;
};

// Throws Error: not_found for an unknown plugin.
[[nodiscard]] Training train_models(store::Connection& connection, const TrainOptions& options,
                                    const TrainingRecords& as_records);

[[nodiscard]] Document document(const Training& training);

}  // namespace shelduck::history
