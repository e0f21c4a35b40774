// ModelState is a trained model as named numbers and words, so that it can be kept and read again:
// JSON is made of it elsewhere (interop), as nothing here knows a format.
//
//   const ModelState state = save(trained);
//   const TrainedRegular again = load_regular(state);     // forecasts equal, bit for bit
//   state.arrays.at("model.members.0.state.level")        // {20.5}
//
// Names are those of the members of the structs, joined by dots; each struct lists them in its
// fields(). A list of structs stands as its length under its own name and one struct a number
// below it; what may be absent is a list of none or one.
// Version: one more with each change that makes old states mean something else.
// Threads: plain data, pure functions. Failure: Error invalid_input that names field, value and
// rule for a state of another version, one that lacks something or has something that is not known,
// and for numbers with which the model would look outside of its own memory (is_whole() of the
// structs).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "shelduck/forecast/regular.hpp"
#include "shelduck/forecast/select.hpp"
#include "shelduck/forecast/sequence/sequence.hpp"

namespace shelduck::forecast {

inline constexpr std::size_t kModelStateVersion = 1;

struct ModelState {
  std::size_t version = kModelStateVersion;
  std::map<std::string, std::vector<double>> arrays{};  // NaN: not known
  std::map<std::string, std::string> words{};

  bool operator==(const ModelState& other) const;  // two numbers that are not known are equal
};

[[nodiscard]] ModelState save(const TrainedRegular& model);
[[nodiscard]] TrainedRegular load_regular(const ModelState& state);

[[nodiscard]] ModelState save(const TrainedModel& model);
[[nodiscard]] TrainedModel load_trained(const ModelState& state);

[[nodiscard]] ModelState save(const SequenceModel& model);
[[nodiscard]] SequenceModel load_sequence(const ModelState& state);

}  // namespace shelduck::forecast
