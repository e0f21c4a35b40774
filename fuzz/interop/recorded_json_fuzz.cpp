// Whatever the bytes of a body are, each parser takes it or refuses it by name, the same each time.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/prediction_json.hpp"
#include "shelduck/interop/recorded_json.hpp"

namespace shelduck::interop {
namespace {

void require_named(bool holds) {
  if (!holds) std::abort();
}

// "" where it is taken, else the rule.
template <class Parse>
std::string rule_of(const Parse& parse) {
  try {
    (void)parse();
    return "";
  } catch (const Error& error) {
    require_named(error.kind() == ErrorKind::invalid_input && !error.detail().field.empty());
    return error.detail().rule;
  }
}

template <class Parse>
void try_twice(const Parse& parse) {
  require_named(rule_of(parse) == rule_of(parse));
}

void read_as_each_body(std::string_view bytes) {
  try_twice([&] { return parse_run(bytes, {}); });
  try_twice([&] { return parse_execution(bytes, {}); });
  try_twice([&] { return parse_step(bytes, {}); });
  try_twice([&] { return parse_estimate(bytes, {}); });
  try_twice([&] { return parse_run_end(bytes, {}); });
  try_twice([&] { return parse_execution_end(bytes, {}); });
  try_twice([&] { return parse_step_end(bytes, {}); });
  try_twice([&] { return parse_prediction(bytes); });
}

}  // namespace
}  // namespace shelduck::interop

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::interop::read_as_each_body({reinterpret_cast<const char*>(data), size});
  return 0;
}
