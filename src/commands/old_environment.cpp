#include "shelduck/commands/old_environment.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <utility>

#include "shelduck/commands/value.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 7> kTelling{
    "DB_BACKEND",      "SENSOR_DB_PATH",    "DUCKDB_PATH", "DB_BATCH_SIZE",
    "DB_MEMORY_LIMIT", "DB_FLUSH_INTERVAL", "DB_THREADS"};

using Pair = std::pair<std::string_view, std::string_view>;

// Of one variable each.
constexpr std::array<Pair, 4> kPlain{{{"sensors-batch", "DB_BATCH_SIZE"},
                                      {"sensors-flush", "DB_FLUSH_INTERVAL"},
                                      {"sensors-memory", "DB_MEMORY_LIMIT"},
                                      {"sensors-threads", "DB_THREADS"}}};

std::optional<OldWord> said_by(const Environment& environment, std::string_view variable) {
  auto text = environment(variable);
  if (!text) return std::nullopt;
  return OldWord{*std::move(text), std::string(variable)};
}

// DUCKDB_PATH alone is a file of DuckDB, whatever else was not said.
std::optional<OldWord> backend(const Environment& environment) {
  if (auto said = said_by(environment, "DB_BACKEND")) return said;
  const bool is_duckdb = environment("DUCKDB_PATH") && !environment("SENSOR_DB_PATH");
  return is_duckdb ? std::optional{OldWord{"duckdb", "DUCKDB_PATH"}} : std::nullopt;
}

// Each engine had a file of its own there; the first one was SQLite's, until it was either's.
std::optional<OldWord> file(const Environment& environment) {
  const std::optional<std::string> engine = environment("DB_BACKEND");
  if (engine == "sqlite") return said_by(environment, "SENSOR_DB_PATH");
  const bool is_duckdb_first = engine == "duckdb";
  auto first = said_by(environment, is_duckdb_first ? "DUCKDB_PATH" : "SENSOR_DB_PATH");
  if (first) return first;
  return said_by(environment, is_duckdb_first ? "SENSOR_DB_PATH" : "DUCKDB_PATH");
}

std::string address_of(const OldWord& host) {
  if (host.text == "localhost") return "127.0.0.1";
  std::array<unsigned char, 16> ignored{};
  if (inet_pton(AF_INET, host.text.c_str(), ignored.data()) == 1) return host.text;
  if (inet_pton(AF_INET6, host.text.c_str(), ignored.data()) == 1) return "[" + host.text + "]";
  throw Error{ErrorKind::invalid_input,
              host.variable + " is refused: '" + host.text + "' is no literal address",
              {.field = host.variable,
               .value = host.text,
               .rule = "a literal address, such as 127.0.0.1, or localhost"}};
}

std::string port_of(const OldWord& port) {
  constexpr std::int64_t kPortMax = 65'535;
  const auto number = read_whole(port.text);
  if (number && *number <= kPortMax) return std::to_string(*number);
  throw Error{ErrorKind::invalid_input,
              port.variable + " is refused: '" + port.text + "' is no port",
              {.field = port.variable, .value = port.text, .rule = "a number from 0 to 65535"}};
}

// Of the two that is not set, today's default counts.
std::optional<OldWord> listen(const Environment& environment) {
  const bool is_told = std::ranges::any_of(
      kTelling, [&](std::string_view name) { return environment(name).has_value(); });
  const auto host = said_by(environment, "HOST");
  const auto port = said_by(environment, "PORT");
  if (!is_told || (!host && !port)) return std::nullopt;
  const std::string text =
      (host ? address_of(*host) : "127.0.0.1") + ":" + (port ? port_of(*port) : "8700");
  return OldWord{text, host && port ? "HOST and PORT" : host ? "HOST" : "PORT"};
}

}  // namespace

std::optional<OldWord> old_word(std::string_view setting, const Environment& environment) {
  if (setting == "sensors") return file(environment);
  if (setting == "backend") return backend(environment);
  if (setting == "listen") return listen(environment);
  const auto* plain = std::ranges::find(kPlain, setting, &Pair::first);
  if (plain == kPlain.end()) return std::nullopt;
  return said_by(environment, plain->second);
}

}  // namespace shelduck::commands
