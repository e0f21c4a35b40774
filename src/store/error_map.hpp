// The one place where errors of the engine become Errors. Private to the store.
#pragma once

#include <duckdb.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {

struct EngineError {
  duckdb_error_type type = DUCKDB_ERROR_INVALID;
  std::string message;
};

// The reaction for a type; a text refines it where the type is too coarse ("No space left").
[[nodiscard]] ErrorKind kind_of(duckdb_error_type type) noexcept;
[[nodiscard]] ErrorKind kind_of(const EngineError& error) noexcept;

// Where the interface gives a text only (prepare, open): its type from the first words.
[[nodiscard]] EngineError parse_engine_error(std::string_view message);

// True where the engine refuses everything afterwards.
[[nodiscard]] bool is_poisonous(duckdb_error_type type) noexcept;

// The Error for a file whose blocks or headers are damaged, in words for its owner.
[[nodiscard]] Error damage_error(const EngineError& error, const std::filesystem::path& database);

// True for what damage_error() made: reading the file failed, not a rule about its content.
[[nodiscard]] bool is_file_damage(const Error& error);

// The Error to throw: `sql` may be empty.
[[nodiscard]] Error make_error(const EngineError& error, std::string_view sql);

}  // namespace shelduck::store::detail
