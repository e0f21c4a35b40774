// Bodies of recordings over HTTP: one JSON object each, with the columns of the tables as names.
//
//   const history::RunStarted run = parse_run(body, RunId{id});      // PUT
//   const history::RunEnding end = parse_run_end(body, RunId{id});   // PATCH
//
// Strict: a name that is not in the list, a name that stands there twice, a wrong type, an unknown
// word are refused. A member that is null is as if it were not there. A start that is not said is
// the time in the client's id (version 7).
// Threads: any. Failure: UnreadableBody where the text is no JSON as it is taken here (syntax,
// encoding, depth, a name twice), else Error(invalid_input) that names field, value and rule.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/recording.hpp"

namespace shelduck::interop {

class UnreadableBody : public Error {
 public:
  using Error::Error;
};

enum class BodyType { text, instant, whole, amount, number, status, phase, id, metrics };

// One member of a body: what is taken, and how it is documented.
struct BodyField {
  std::string_view name;
  BodyType type = BodyType::text;
  std::string_view help{};
  bool is_required = false;
};

[[nodiscard]] std::span<const BodyField> run_fields() noexcept;
[[nodiscard]] std::span<const BodyField> execution_fields() noexcept;
[[nodiscard]] std::span<const BodyField> step_fields() noexcept;
[[nodiscard]] std::span<const BodyField> estimate_fields() noexcept;
[[nodiscard]] std::span<const BodyField> run_end_fields() noexcept;
[[nodiscard]] std::span<const BodyField> execution_end_fields() noexcept;
[[nodiscard]] std::span<const BodyField> step_end_fields() noexcept;

// JSON Schema of a body with these members and no others.
[[nodiscard]] Document schema_of(std::span<const BodyField> fields);

[[nodiscard]] history::RunStarted parse_run(std::string_view body, history::RunId id);
[[nodiscard]] history::ExecutionStarted parse_execution(std::string_view body,
                                                        history::ExecutionId id);
[[nodiscard]] history::StepMeasured parse_step(std::string_view body, history::StepId id);
[[nodiscard]] history::EstimateMade parse_estimate(std::string_view body, history::EstimateId id);
[[nodiscard]] history::RunEnding parse_run_end(std::string_view body, history::RunId id);
[[nodiscard]] history::ExecutionEnding parse_execution_end(std::string_view body,
                                                           history::ExecutionId id);
[[nodiscard]] history::StepEnding parse_step_end(std::string_view body, history::StepId id);

}  // namespace shelduck::interop
