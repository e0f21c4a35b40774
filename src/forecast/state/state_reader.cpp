#include "shelduck/forecast/state/state_reader.hpp"

#include <cmath>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {

void StateReader::refuse(std::string_view rule) const {
  const std::string must{rule};
  throw Error{ErrorKind::invalid_input,
              "the model state cannot be used: '" + path_.text() + "' must be " + must,
              {.field = path_.text(), .rule = must, .hint = "train the model again"}};
}

const std::vector<double>& StateReader::numbers() {
  const auto found = state_.arrays.find(path_.text());
  if (found == state_.arrays.end()) refuse("there, with its numbers");
  ++used_;
  return found->second;
}

const std::string& StateReader::word() {
  const auto found = state_.words.find(path_.text());
  if (found == state_.words.end()) refuse("there, with its word");
  ++used_;
  return found->second;
}

double StateReader::single() {
  const std::vector<double>& all = numbers();
  if (all.size() != 1) refuse("one number");
  return all.front();
}

std::size_t StateReader::whole(double number, double most) const {
  if (!(number >= 0 && number <= most) || number != std::floor(number)) {
    refuse("whole numbers from 0 to " + std::to_string(static_cast<std::size_t>(most)));
  }
  return static_cast<std::size_t>(number);
}

void StateReader::read(RegularModel& kind) {
  const auto parsed = parse_regular_model(word());
  if (!parsed) refuse("the name of a model");
  kind = *parsed;
}

void StateReader::finish() const {
  if (used_ == state_.arrays.size() + state_.words.size()) return;
  throw Error{ErrorKind::invalid_input,
              "the model state holds something that is not known here",
              {.field = "state",
               .rule = std::to_string(used_) + " names; it has " +
                       std::to_string(state_.arrays.size() + state_.words.size()),
               .hint = "train the model again"}};
}

}  // namespace shelduck::forecast
