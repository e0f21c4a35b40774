// The plan of `predict --plan FILE`: which plugins run together.
//
//   {"waves": [["apt", "snap"], {"plugins": ["npm", "cargo"], "max_parallel": 2}],
//    "mutexes": [["apt", "snap"]]}
//
// Waves follow one another; the members of a wave run side by side, at most max_parallel of them;
// members of a mutex never do. Both lists may be missing.
// Pure; any thread. Failure: Error(invalid_input) that names field, value and rule.
#pragma once

#include <string>
#include <string_view>

#include "shelduck/history/prediction.hpp"

namespace shelduck::interop {

// `name` is how the plan stands in the answer: its file.
[[nodiscard]] history::PlanOfPlugins parse_plan(std::string_view text, std::string name);

}  // namespace shelduck::interop
