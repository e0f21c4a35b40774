#include "shelduck/forecast/state/model_state.hpp"

#include <algorithm>
#include <cmath>
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

bool are_equal(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(
      a, b, [](double x, double y) { return x == y || (std::isnan(x) && std::isnan(y)); });
}

}  // namespace

bool ModelState::operator==(const ModelState& other) const {
  const auto named_equal = [](const auto& a, const auto& b) {
    return a.first == b.first && are_equal(a.second, b.second);
  };
  return version == other.version && words == other.words &&
         std::ranges::equal(arrays, other.arrays, named_equal);
}

ModelState save(const TrainedRegular& model) { return state_of(model); }

TrainedRegular load_regular(const ModelState& state) { return model_of<TrainedRegular>(state); }

ModelState save(const TrainedModel& model) { return state_of(model); }

TrainedModel load_trained(const ModelState& state) { return model_of<TrainedModel>(state); }

ModelState save(const SequenceModel& model) { return state_of(model); }

SequenceModel load_sequence(const ModelState& state) { return model_of<SequenceModel>(state); }

}  // namespace shelduck::forecast
