// Whatever comes as `next` is a cursor or is refused by name; a cursor says the same when it is
// written again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/history/runs_cursor.hpp"

namespace shelduck::history {
namespace {

void read_cursor(std::string_view bytes) {
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);  // a file of the corpus ends its line
  try {
    const RunsCursor cursor = parse_runs_cursor(bytes);
    const RunsCursor again = parse_runs_cursor(to_string(cursor));
    if (again.start_time != cursor.start_time || again.run_id != cursor.run_id) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) std::abort();
  }
}

}  // namespace
}  // namespace shelduck::history

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::history::read_cursor({reinterpret_cast<const char*>(data), size});
  return 0;
}
