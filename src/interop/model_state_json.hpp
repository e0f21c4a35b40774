// A model state as JSON, which is how it is kept, and back.
//
//   const std::string text = model_state_json(forecast::save(model));
//   const auto again = forecast::load_sequence(parse_model_state(text));
//
//   {"format": "shelduck model", "version": 1,
//    "arrays": {"model.n": [40], ...}, "words": {"model.regular.members.0.kind": "ces", ...}}
//
// Numbers are written so that they are read back bit for bit; null is a number that is not known.
// Threads: any. Failure: Error(invalid_input) that names field, value and rule for a text that is
// no JSON, a member that is missing, unknown or of a wrong type, and one that is said twice.
#pragma once

#include <string>
#include <string_view>

#include "shelduck/forecast/state/model_state.hpp"

namespace shelduck::interop {

inline constexpr std::string_view kModelFormat = "shelduck model";

[[nodiscard]] std::string model_state_json(const forecast::ModelState& state);
[[nodiscard]] forecast::ModelState parse_model_state(std::string_view json);

}  // namespace shelduck::interop
