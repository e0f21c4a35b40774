// Whatever the words of a forecast are, one a line, reading what its options say ends: they are
// refused by an Error that names field and rule, or seasons, levels, models and covariates keep
// their rules.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/cli/series_request.hpp"
#include "shelduck/cli/series_seasons.hpp"
#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string line{bytes.substr(0, end)};
    std::erase(line, '\0');  // no argument of a program holds one
    lines.push_back(std::move(line));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return lines;
}

// With the defaults of its options.
commands::ParsedCommand resolved(commands::ParsedCommand parsed) {
  const commands::SettingSources none{
      .environment = [](std::string_view) -> std::optional<std::string> { return std::nullopt; },
      .files = {}};
  return commands::resolve(std::move(parsed), none);
}

void check_levels(const Request& request) {
  const std::vector<double> levels = levels_of(request);
  for (const double level : levels) {
    require(level > 0 && level < 1);
    require(std::ranges::count(levels, level_word(level), level_word) == 1);
  }
}

void check_seasons(const Request& request) {
  const NamedSeasons seasons = named_seasons(request);
  require(std::ranges::is_sorted(seasons));
  require(std::ranges::adjacent_find(seasons) == seasons.end());
  require(seasons.empty() || seasons.front() >= 1);
}

// Of --models and --model.
void check_models(const Request& request, std::string_view option) {
  const std::string text = request.arguments.value(option).value_or("");
  std::vector<Method> methods;
  for (const std::string& name : words_of(text)) {
    methods.push_back(method_named("--" + std::string(option), name));
    require(!methods.back().models.empty() || methods.back().of_runs.has_value());
  }
  for (const std::string& column : covariates_of(request, methods)) require(!column.empty());
}

void check_options(const commands::ParsedCommand& arguments) {
  CancelToken cancel;
  Progress progress;
  const Request request{.arguments = arguments, .cancel = cancel, .progress = progress};
  check_levels(request);
  check_seasons(request);
  check_models(request, arguments.command->path == "forecast evaluate" ? "models" : "model");
  static_cast<void>(timeout_of(request));
}

void read_options(std::string_view bytes) {
  try {
    commands::ParsedCommand parsed = commands::parse(lines_of(bytes));
    if (parsed.request != commands::Request::run) return;
    if (parsed.command->path.starts_with("forecast")) check_options(resolved(std::move(parsed)));
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input);
    require(!error.detail().field.empty() && !error.detail().rule.empty());
  }
}

}  // namespace
}  // namespace shelduck::cli

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::cli::read_options({reinterpret_cast<const char*>(data), size});
  return 0;
}
