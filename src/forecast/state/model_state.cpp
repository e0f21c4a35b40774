#include "shelduck/forecast/state/model_state.hpp"

#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/forecast/state/state_reader.hpp"
#include "shelduck/forecast/state/state_writer.hpp"

namespace shelduck::forecast {
namespace {

constexpr std::string_view kModel = "model";

void check_version(const ModelState& state) {
  if (state.version == kModelStateVersion) return;
  const std::string version = std::to_string(state.version);
  throw Error{ErrorKind::invalid_input,
              "the model state is of version " + version + ", which is not known here",
              {.field = "version",
               .value = version,
               .rule = std::to_string(kModelStateVersion),
               .hint = "train the model again"}};
}

template <class Model>
ModelState state_of(const Model& model) {
  ModelState state;
  StateWriter writer{state};
  writer(kModel, model);
  return state;
}

template <class Model>
Model model_of(const ModelState& state) {
  check_version(state);
  Model model{};
  StateReader reader{state};
  reader(kModel, model);
  reader.finish();
  return model;
}

}  // namespace

ModelState save(const TrainedRegular& model) { return state_of(model); }

TrainedRegular load_regular(const ModelState& state) { return model_of<TrainedRegular>(state); }

ModelState save(const SequenceModel& model) { return state_of(model); }

SequenceModel load_sequence(const ModelState& state) { return model_of<SequenceModel>(state); }

}  // namespace shelduck::forecast
