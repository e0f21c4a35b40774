// Whatever the bytes are, cutting a JSON list into elements ends, and each element becomes records
// or is refused by name; a whole element is refused or taken in the same way when it comes again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/json_import.hpp"

namespace shelduck::interop {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

// The ids of the run, or nothing where the element was refused or is no run.
std::optional<history::RunId> run_of(JsonConverter& converter, const JsonElement& element) {
  try {
    const JsonConverter::Converted made = converter.convert(element);
    require(made.run || made.forecast || made.alias || made.update);
    if (!made.run) return std::nullopt;
    for (const ImportedExecution& execution : made.run->executions) {
      require(execution.start.key.run_id == made.run->start.key.run_id);
    }
    return made.run->start.key.run_id;
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input && !error.detail().rule.empty());
    return std::nullopt;
  }
}

void convert_all(std::string_view bytes) {
  std::size_t done = 0;
  JsonElements elements{[&](char* space, std::size_t size) {
    const std::size_t count = std::min({size, bytes.size() - done, std::size_t{997}});
    std::copy_n(bytes.data() + done, count, space);
    done += count;
    return count;
  }};
  JsonConverter converter{{.source = "fuzz", .zone = logs::LocalZone::named("Europe/Berlin")}};
  std::uint64_t line = 1;
  while (const auto element = elements.next()) {
    require(!element->text.empty() && element->line >= line);
    line = element->line;
    require(run_of(converter, *element) == run_of(converter, *element));
  }
  require(elements.bytes_read() <= bytes.size());
}

}  // namespace
}  // namespace shelduck::interop

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::interop::convert_all({reinterpret_cast<const char*>(data), size});
  return 0;
}
