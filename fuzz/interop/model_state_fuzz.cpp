// Whatever the bytes are, reading a model state ends: it is refused by an Error that names field
// and rule, or there is a model that forecasts, takes values in and is written as it was read.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/model_state_json.hpp"

namespace shelduck::interop {
namespace {

constexpr std::array<double, 3> kValues{1, 250, 0};

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Use>
void use_or_refuse(const Use& use) {
  try {
    use();
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input && !error.detail().rule.empty());
  }
}

void use_regular(const forecast::ModelState& state) {
  const forecast::TrainedRegular model = forecast::load_regular(state);
  const auto known = [&](std::size_t steps) {
    return forecast::StepCovariates{
        .names = model.covariates,
        .entries = std::vector<double>(steps * model.covariates.size(), 0.5)};
  };
  require(forecast::forecast(model, 5, known(5)).points.size() == 5);
  static_cast<void>(forecast::update(model, kValues, known(kValues.size())));
  static_cast<void>(forecast::one_step(model, kValues, known(kValues.size())));
}

void use_trained(const forecast::ModelState& state) {
  const forecast::TrainedModel model = forecast::load_trained(state);
  static_cast<void>(forecast::predict(model));
  static_cast<void>(forecast::update(model, {.known = {.time = 1.8e9}, .value = 30}));
}

void use_sequence(const forecast::ModelState& state) {
  const forecast::SequenceModel model = forecast::load_sequence(state);
  static_cast<void>(forecast::predict_next(model));
  static_cast<void>(forecast::continued(model, kValues));
  static_cast<void>(forecast::backtest_of(model));
}

void read_model(std::string_view bytes) {
  use_or_refuse([&] {
    const forecast::ModelState state = parse_model_state(bytes);
    use_or_refuse([&] { use_regular(state); });
    use_or_refuse([&] { use_trained(state); });
    use_or_refuse([&] { use_sequence(state); });
  });
}

}  // namespace
}  // namespace shelduck::interop

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::interop::read_model({reinterpret_cast<const char*>(data), size});
  return 0;
}
