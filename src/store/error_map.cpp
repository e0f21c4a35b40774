#include "shelduck/store/error_map.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "shelduck/store/connection.hpp"

namespace shelduck::store::detail {

namespace {

using Named = std::pair<std::string_view, duckdb_error_type>;

// The words with which the engine begins the text of an error.
constexpr std::array<Named, 29> kPrefixes{{
    {"Out of Range", DUCKDB_ERROR_OUT_OF_RANGE},
    {"Conversion", DUCKDB_ERROR_CONVERSION},
    {"Mismatch Type", DUCKDB_ERROR_MISMATCH_TYPE},
    {"Divide by Zero", DUCKDB_ERROR_DIVIDE_BY_ZERO},
    {"Invalid type", DUCKDB_ERROR_INVALID_TYPE},
    {"Serialization", DUCKDB_ERROR_SERIALIZATION},
    {"TransactionContext", DUCKDB_ERROR_TRANSACTION},
    {"Not implemented", DUCKDB_ERROR_NOT_IMPLEMENTED},
    {"Expression", DUCKDB_ERROR_EXPRESSION},
    {"Catalog", DUCKDB_ERROR_CATALOG},
    {"Parser", DUCKDB_ERROR_PARSER},
    {"Planner", DUCKDB_ERROR_PLANNER},
    {"Constraint", DUCKDB_ERROR_CONSTRAINT},
    {"Connection", DUCKDB_ERROR_CONNECTION},
    {"Syntax", DUCKDB_ERROR_SYNTAX},
    {"Binder", DUCKDB_ERROR_BINDER},
    {"Network", DUCKDB_ERROR_NETWORK},
    {"IO", DUCKDB_ERROR_IO},
    {"INTERRUPT", DUCKDB_ERROR_INTERRUPT},
    {"FATAL", DUCKDB_ERROR_FATAL},
    {"INTERNAL", DUCKDB_ERROR_INTERNAL},
    {"Invalid Input", DUCKDB_ERROR_INVALID_INPUT},
    {"Out of Memory", DUCKDB_ERROR_OUT_OF_MEMORY},
    {"Permission", DUCKDB_ERROR_PERMISSION},
    {"Dependency", DUCKDB_ERROR_DEPENDENCY},
    {"Missing Extension", DUCKDB_ERROR_MISSING_EXTENSION},
    {"Extension Autoloading", DUCKDB_ERROR_AUTOLOAD},
    {"Sequence", DUCKDB_ERROR_SEQUENCE},
    {"Invalid Configuration", DUCKDB_INVALID_CONFIGURATION},
}};

using Refined = std::pair<std::string_view, ErrorKind>;

// Texts that say more than their type, whatever the type is.
constexpr std::array<Refined, 13> kRefinements{{
    {"Could not set lock on file", ErrorKind::busy},
    {"No space left", ErrorKind::exhausted},
    {"File too large", ErrorKind::exhausted},
    {"Disk quota exceeded", ErrorKind::exhausted},
    {"Too many open files", ErrorKind::exhausted},
    {"failed to offload data", ErrorKind::exhausted},
    {"Conflict on", ErrorKind::conflict},
    {"write-write conflict", ErrorKind::conflict},
    {"can only read", ErrorKind::refused},
    {"Corrupt", ErrorKind::corrupt},
    {"not a valid DuckDB database", ErrorKind::corrupt},
    {"Could not read enough bytes", ErrorKind::corrupt},
    {"WAL", ErrorKind::corrupt},
}};

constexpr std::array<std::string_view, 2> kDamageWords{"Corrupt database file",
                                                       "Could not read enough bytes"};

bool tells_damage(std::string_view message) {
  return std::ranges::any_of(kDamageWords, [&](std::string_view words) {
    return message.find(words) != std::string_view::npos;
  });
}

constexpr std::string_view kDamageHint =
    "nothing that was acknowledged is lost while its journal is there; make the file again with: "
    "shelduck db rebuild";

}  // namespace

ErrorKind kind_of(duckdb_error_type type) noexcept {
  switch (type) {
    case DUCKDB_ERROR_OUT_OF_RANGE:
    case DUCKDB_ERROR_CONVERSION:
    case DUCKDB_ERROR_DECIMAL:
    case DUCKDB_ERROR_MISMATCH_TYPE:
    case DUCKDB_ERROR_DIVIDE_BY_ZERO:
    case DUCKDB_ERROR_OBJECT_SIZE:
    case DUCKDB_ERROR_INVALID_INPUT:
    case DUCKDB_ERROR_SEQUENCE:
      return ErrorKind::invalid_input;
    case DUCKDB_ERROR_TRANSACTION:
    case DUCKDB_ERROR_CONSTRAINT:
      return ErrorKind::conflict;
    case DUCKDB_ERROR_IO:
    case DUCKDB_ERROR_CONNECTION:
    case DUCKDB_ERROR_NETWORK:
    case DUCKDB_ERROR_HTTP:
      return ErrorKind::io;
    case DUCKDB_ERROR_INTERRUPT:
      return ErrorKind::cancelled;
    case DUCKDB_ERROR_OUT_OF_MEMORY:
      return ErrorKind::exhausted;
    case DUCKDB_ERROR_PERMISSION:
      return ErrorKind::refused;
    case DUCKDB_ERROR_SERIALIZATION:
      return ErrorKind::corrupt;
    case DUCKDB_ERROR_FATAL:
    case DUCKDB_ERROR_INTERNAL:
      return ErrorKind::fatal;
    case DUCKDB_ERROR_INVALID:
    case DUCKDB_ERROR_UNKNOWN_TYPE:
    case DUCKDB_ERROR_INVALID_TYPE:
    case DUCKDB_ERROR_NOT_IMPLEMENTED:
    case DUCKDB_ERROR_EXPRESSION:
    case DUCKDB_ERROR_CATALOG:
    case DUCKDB_ERROR_PARSER:
    case DUCKDB_ERROR_PLANNER:
    case DUCKDB_ERROR_SCHEDULER:
    case DUCKDB_ERROR_EXECUTOR:
    case DUCKDB_ERROR_INDEX:
    case DUCKDB_ERROR_STAT:
    case DUCKDB_ERROR_SYNTAX:
    case DUCKDB_ERROR_SETTINGS:
    case DUCKDB_ERROR_BINDER:
    case DUCKDB_ERROR_OPTIMIZER:
    case DUCKDB_ERROR_NULL_POINTER:
    case DUCKDB_ERROR_PARAMETER_NOT_RESOLVED:
    case DUCKDB_ERROR_PARAMETER_NOT_ALLOWED:
    case DUCKDB_ERROR_DEPENDENCY:
    case DUCKDB_ERROR_MISSING_EXTENSION:
    case DUCKDB_ERROR_AUTOLOAD:
    case DUCKDB_INVALID_CONFIGURATION:
      return ErrorKind::bug;
  }
  return ErrorKind::bug;
}

ErrorKind kind_of(const EngineError& error) noexcept {
  if (is_poisonous(error.type)) {
    return tells_damage(error.message) ? ErrorKind::corrupt : ErrorKind::fatal;
  }
  // A statement's own words may quote anything: only failures of the world are refined.
  const ErrorKind kind = kind_of(error.type);
  if (kind == ErrorKind::bug && error.type != DUCKDB_ERROR_INVALID) return kind;
  if (kind == ErrorKind::invalid_input || kind == ErrorKind::cancelled) return kind;
  for (const auto& [words, refined] : kRefinements) {
    if (error.message.find(words) != std::string::npos) return refined;
  }
  return kind;
}

EngineError parse_engine_error(std::string_view message) {
  for (const auto& [prefix, type] : kPrefixes) {
    if (message.starts_with(prefix) && message.substr(prefix.size()).starts_with(" Error")) {
      return {type, std::string(message)};
    }
  }
  return {DUCKDB_ERROR_INVALID, std::string(message)};
}

bool is_poisonous(duckdb_error_type type) noexcept {
  return type == DUCKDB_ERROR_FATAL || type == DUCKDB_ERROR_INTERNAL;
}

Error damage_error(const EngineError& error, const std::filesystem::path& database) {
  return Error{ErrorKind::corrupt,
               "the database file " + database.string() + " is damaged: " + error.message,
               {.hint = std::string(kDamageHint)}};
}

bool is_file_damage(const Error& error) {
  return error.kind() == ErrorKind::corrupt && error.detail().hint == kDamageHint;
}

Error make_error(const EngineError& error, std::string_view sql) {
  const ErrorKind kind = kind_of(error);
  if (kind == ErrorKind::cancelled) {
    return Error{kind, "interrupted; what was acknowledged before is kept"};
  }
  constexpr std::size_t kShown = 200;
  std::string message = std::string(kEngineWords) + error.message;
  if (!sql.empty()) {
    message += " [in: " + std::string(sql.substr(0, kShown)) + (sql.size() > kShown ? "...]" : "]");
  }
  ErrorDetail detail;
  if (kind == ErrorKind::fatal) detail.hint = "close the database and open it again";
  if (kind == ErrorKind::exhausted) detail.hint = "make room, then try again";
  return Error{kind, message, detail};
}

}  // namespace shelduck::store::detail
