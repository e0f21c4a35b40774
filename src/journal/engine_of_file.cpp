#include "shelduck/journal/engine_of_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace shelduck::journal {
namespace {

constexpr std::string_view kDuckdbMagic = "DUCK";
constexpr std::size_t kDuckdbMagicAt = 8;
constexpr std::string_view kSqliteMagic = "SQLite format 3";
constexpr std::size_t kHeadBytes = 16;
constexpr std::size_t kPageBytesMax = 65'536;  // of SQLite

// Shorter where the file is.
std::string head_of(const std::filesystem::path& file, std::size_t bytes) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return {};
  std::string head(bytes, '\0');
  const ssize_t size = ::read(descriptor, head.data(), head.size());
  ::close(descriptor);
  head.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return head;
}

}  // namespace

std::optional<std::string_view> engine_of_file(const std::filesystem::path& file) {
  const std::string head = head_of(file, kHeadBytes);
  if (head.size() != kHeadBytes) return std::nullopt;
  if (std::string_view(head).substr(kDuckdbMagicAt).starts_with(kDuckdbMagic)) return "duckdb";
  if (head.starts_with(kSqliteMagic)) return "sqlite";
  return std::nullopt;
}

bool names_table(const std::filesystem::path& file, std::string_view table) {
  return head_of(file, kPageBytesMax).find(table) != std::string::npos;
}

}  // namespace shelduck::journal
