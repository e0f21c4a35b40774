#include "shelduck/store/backend.hpp"

#include "shelduck/journal/engine_of_file.hpp"

namespace shelduck::store {

std::string_view word_of(Backend backend) noexcept {
  return backend == Backend::sqlite ? "sqlite" : "duckdb";
}

std::string_view name_of(Backend backend) noexcept {
  return backend == Backend::sqlite ? "SQLite" : "DuckDB";
}

std::optional<Backend> backend_named(std::string_view word) noexcept {
  for (const Backend backend : {Backend::duckdb, Backend::sqlite}) {
    if (word == word_of(backend)) return backend;
  }
  return std::nullopt;
}

std::optional<Backend> backend_of(const std::filesystem::path& file) {
  const auto found = journal::engine_of_file(file);
  return found ? backend_named(*found) : std::nullopt;
}

}  // namespace shelduck::store
