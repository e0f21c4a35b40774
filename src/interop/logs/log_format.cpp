#include "shelduck/interop/logs/log_format.hpp"

namespace shelduck::interop::logs {

std::string_view to_string(Format format) noexcept {
  switch (format) {
    case Format::apt:
      return "apt";
    case Format::dpkg:
      return "dpkg";
    case Format::pacman:
      return "pacman";
    case Format::dnf:
      return "dnf";
    case Format::dnfrpm:
      return "dnfrpm";
    case Format::yum:
      return "yum";
    case Format::emerge:
      return "emerge";
    case Format::ninja:
      return "ninja";
  }
  return "";
}

std::optional<Format> parse_format(std::string_view text) noexcept {
  for (const Format format : kFormats) {
    if (to_string(format) == text) return format;
  }
  return std::nullopt;
}

std::string_view plugin_name(Format format) noexcept {
  return format == Format::dnfrpm ? to_string(Format::dnf) : to_string(format);
}

}  // namespace shelduck::interop::logs
