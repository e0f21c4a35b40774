#include "shelduck/interop/logs/standard_paths.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <tuple>

namespace shelduck::interop::logs {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

std::string_view without_packing(std::string_view name) {
  for (const std::string_view suffix : {".gz", ".xz", ".bz2", ".zst"}) {
    if (name.size() > suffix.size() && name.ends_with(suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

// Where the rotation suffix begins: ".3", ".old", "-20240131" or "-20240131-1706659200"; else the
// size of the name.
std::size_t rotation_begin(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) {
    const std::string_view suffix = name.substr(dot + 1);
    if (suffix == "old" || (all_digits(suffix) && suffix.size() <= 4)) return dot;
  }
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || !all_digits(name.substr(dash + 1))) {
    return name.size();
  }
  constexpr std::size_t kDate = 8;
  constexpr std::size_t kDateAndHour = 10;
  const std::size_t digits = name.size() - dash - 1;
  if (digits == kDate || (digits == kDateAndHour && name.compare(dash + 1, 2, "20") == 0)) {
    return dash;
  }
  const std::size_t before = rotation_begin(name.substr(0, dash));
  return before < dash ? before : name.size();
}

// Sorts the parts of one set from old to new.
struct Age {
  int kind = 0;            // dated, then numbered, then .old, then the log itself
  std::string date{};      // an earlier one is older
  std::int64_t order = 0;  // a higher number is older, so it is negated
  auto operator<=>(const Age&) const = default;
};

Age age_of(std::string_view suffix) {
  if (suffix.empty()) return {.kind = 3};
  if (suffix.front() == '-') return {.kind = 0, .date = std::string(suffix)};
  if (suffix == ".old") return {.kind = 2};
  std::int64_t number = 0;
  for (const char c : suffix.substr(1)) number = number * 10 + (c - '0');
  return {.kind = 1, .order = -number};
}

}  // namespace

std::optional<std::string_view> standard_path(Format format) noexcept {
  switch (format) {
    case Format::apt:
      return "/var/log/apt/history.log";
    case Format::dpkg:
      return "/var/log/dpkg.log";
    case Format::pacman:
      return "/var/log/pacman.log";
    case Format::dnf:
      return "/var/log/dnf.log";
    case Format::dnfrpm:
      return "/var/log/dnf.rpm.log";
    case Format::yum:
      return "/var/log/yum.log";
    case Format::emerge:
      return "/var/log/emerge.log";
    case Format::ninja:
      return std::nullopt;
  }
  return std::nullopt;
}

std::string without_rotation(std::string_view file_name) {
  const std::string_view plain = without_packing(file_name);
  return std::string(plain.substr(0, rotation_begin(plain)));
}

std::vector<std::string> rotated_set(std::string_view file_name,
                                     const std::vector<std::string>& names) {
  const std::string base = without_rotation(file_name);
  struct Part {
    Age age;
    std::size_t packed = 0;  // length of the packing suffix: plain files first
    std::string name;
  };
  std::vector<Part> parts;
  for (const std::string& name : names) {
    const std::string_view plain = without_packing(name);
    if (without_rotation(name) != base) continue;
    parts.push_back({.age = age_of(plain.substr(base.size())),
                     .packed = name.size() - plain.size(),
                     .name = name});
  }
  std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
    return std::tie(a.age, a.packed, a.name) < std::tie(b.age, b.packed, b.name);
  });
  const auto end = std::unique(parts.begin(), parts.end(),
                               [](const Part& a, const Part& b) { return a.age == b.age; });
  std::vector<std::string> ordered;
  for (auto part = parts.begin(); part != end; ++part) ordered.push_back(part->name);
  return ordered;
}

std::string source_name(Format format, std::string_view absolute_path, std::string_view host) {
  const std::size_t slash = absolute_path.rfind('/');
  const std::size_t name = slash == std::string_view::npos ? 0 : slash + 1;
  std::string path{absolute_path.substr(0, name)};
  path += without_rotation(absolute_path.substr(name));
  return path == standard_path(format) ? std::string(host) : path;
}

}  // namespace shelduck::interop::logs
