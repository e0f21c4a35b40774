#include "shelduck/store/backend.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>

namespace shelduck::store {

namespace {

constexpr std::string_view kDuckdbMagic = "DUCK";
constexpr std::size_t kDuckdbMagicAt = 8;
constexpr std::string_view kSqliteMagic = "SQLite format 3";

}  // namespace

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
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return std::nullopt;
  std::array<char, 16> head{};
  const ssize_t size = ::read(descriptor, head.data(), head.size());
  ::close(descriptor);
  if (size != static_cast<ssize_t>(head.size())) return std::nullopt;
  const std::string_view bytes{head.data(), head.size()};
  if (bytes.substr(kDuckdbMagicAt).starts_with(kDuckdbMagic)) return Backend::duckdb;
  if (bytes.starts_with(kSqliteMagic)) return Backend::sqlite;
  return std::nullopt;
}

}  // namespace shelduck::store
