#include "shelduck/cli/cell.hpp"

#include <array>
#include <cmath>
#include <cstdio>
#include <optional>

#include "shelduck/core/bytes.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::cli {
namespace {

std::optional<double> number_of(const Document& value) {
  if (const auto* whole = value.integer()) return static_cast<double>(*whole);
  if (const auto* number = value.number()) return *number;
  return std::nullopt;
}

std::string formatted(const char* format, double value) {
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), format, value);
  return buffer.data();
}

std::string numeric_text(double value, Cell cell) {
  switch (cell) {
    case Cell::count:
      return formatted("%.0f", value);
    case Cell::number:
      return formatted("%.3g", value);
    case Cell::cents:
      return formatted("%.2f", value);
    case Cell::share:
      return formatted("%.1f%%", value * 100);
    case Cell::seconds:
      return human_duration(Seconds{value});
    case Cell::bytes:
      return human_bytes(value);
    default:
      return formatted("%g", value);
  }
}

// A tab or an escape sequence in a log line must not move the cursor of the reader's terminal.
std::string printable(std::string_view raw) {
  std::string text = valid_utf8(raw);
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

}  // namespace

std::string cell_text(const Document& value, Cell cell) {
  if (value.is_null()) return "-";
  if (const bool* truth = value.boolean()) return *truth ? "yes" : "no";
  if (const auto* seconds = value.integer(); seconds != nullptr && cell == Cell::instant) {
    return cell_text(Instant{std::chrono::seconds{*seconds}}, cell);
  }
  if (const auto number = number_of(value)) return numeric_text(*number, cell);
  const std::string* text = value.text();
  if (text == nullptr) return printable(to_json(value));
  if (cell == Cell::instant && text->size() >= 19) {
    return text->substr(0, 10) + " " + text->substr(11, 8);
  }
  if (cell == Cell::date && text->size() >= 10) return text->substr(0, 10);
  return printable(*text);
}

bool is_right_aligned(Cell cell) noexcept {
  switch (cell) {
    case Cell::figure:
    case Cell::count:
    case Cell::number:
    case Cell::cents:
    case Cell::share:
    case Cell::seconds:
    case Cell::bytes:
      return true;
    case Cell::text:
    case Cell::id:
    case Cell::status:
    case Cell::instant:
    case Cell::date:
      return false;
  }
  return false;
}

Cell cell_of_measure(std::string_view name) noexcept {
  if (name.ends_with("_seconds")) return Cell::seconds;
  if (name.ends_with("_bytes")) return Cell::bytes;
  return Cell::number;
}

const Document& member_at(const Document& row, std::string_view path) {
  static const Document kNull;
  const std::size_t dot = path.find('.');
  const Document* member = row.find(path.substr(0, dot));
  if (member == nullptr) return kNull;
  return dot == std::string_view::npos ? *member : member_at(*member, path.substr(dot + 1));
}

std::string_view status_color(std::string_view status) noexcept {
  if (status == "success" || status == "ok") return "\x1b[32m";
  if (status == "failed" || status == "timeout" || status == "damaged") return "\x1b[31m";
  if (status == "interrupted" || status == "running" || status == "reported") return "\x1b[33m";
  if (status == "skipped" || status == "pending") return "\x1b[2m";
  return {};
}

}  // namespace shelduck::cli
