#include "shelduck/cli/table_text.hpp"

#include <algorithm>
#include <optional>

#include "shelduck/cli/cell.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestText = 8;

struct Lane {
  const Column* column = nullptr;
  std::vector<std::string> cells;
  std::size_t width = 0;
};

Lane lane_of(const Column& column, const Document::Array& rows) {
  Lane lane{&column, {}, display_width(column.title)};
  lane.cells.reserve(rows.size());
  for (const Document& row : rows) {
    lane.cells.push_back(cell_text(member_at(row, column.member), column.cell));
    lane.width = std::max(lane.width, display_width(lane.cells.back()));
  }
  return lane;
}

bool is_empty(const Lane& lane, const Document::Array& rows) {
  return std::all_of(rows.begin(), rows.end(), [&](const Document& row) {
    return member_at(row, lane.column->member).is_null();
  });
}

std::size_t total_width(const std::vector<Lane>& lanes) {
  std::size_t width = 0;
  for (const Lane& lane : lanes) width += lane.width + kGap;
  return width - kGap;
}

// The last lane of the highest rank above 0.
std::optional<std::size_t> least_important(const std::vector<Lane>& lanes) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < lanes.size(); ++i) {
    const int rank = lanes[i].column->rank;
    if (rank > 0 && (!found || rank >= lanes[*found].column->rank)) found = i;
  }
  return found;
}

std::string cut(const std::string& text, std::size_t width) {
  if (display_width(text) <= width) return text;
  std::string kept;
  std::size_t columns = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    if (begins && ++columns == width) break;
    kept += c;
  }
  return kept + "\u2026";
}

void cut_longest_text(std::vector<Lane>& lanes, std::size_t excess) {
  const auto longest =
      std::max_element(lanes.begin(), lanes.end(), [](const Lane& a, const Lane& b) {
        const auto length = [](const Lane& lane) {
          return lane.column->cell == Cell::text ? lane.width : 0;
        };
        return length(a) < length(b);
      });
  if (longest->column->cell != Cell::text || longest->width <= kNarrowestText) return;
  const std::size_t room = longest->width > excess ? longest->width - excess : 0;
  longest->width = std::max({room, kNarrowestText, display_width(longest->column->title)});
  for (std::string& cell : longest->cells) cell = cut(cell, longest->width);
}

void fit(std::vector<Lane>& lanes, std::size_t width) {
  if (width == 0) return;
  while (total_width(lanes) > width) {
    const auto victim = least_important(lanes);
    if (!victim) break;
    lanes.erase(lanes.begin() + static_cast<std::ptrdiff_t>(*victim));
  }
  if (const std::size_t now = total_width(lanes); now > width) cut_longest_text(lanes, now - width);
}

struct Ink {
  std::string_view begin;
  [[nodiscard]] std::string_view end() const { return begin.empty() ? "" : "\x1b[0m"; }
};

void append_cell(std::string& line, const Lane& lane, const std::string& text, Ink ink) {
  const std::size_t missing = lane.width - std::min(lane.width, display_width(text));
  const bool right = is_right_aligned(lane.column->cell);
  if (right) line.append(missing, ' ');
  line.append(ink.begin).append(text).append(ink.end());
  if (!right) line.append(missing, ' ');
}

void append_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + "\n";
}

}  // namespace

std::string table_text(const Table& table, const Terminal& terminal) {
  std::vector<Lane> lanes;
  for (const Column& column : table.columns) lanes.push_back(lane_of(column, table.rows));
  std::erase_if(
      lanes, [&](const Lane& lane) { return lane.column->rank > 0 && is_empty(lane, table.rows); });
  fit(lanes, terminal.width);

  const bool is_colored = terminal.color == Terminal::Color::on;
  std::string text;
  if (!table.heading.empty()) text += table.heading + "\n";
  std::string header;
  for (const Lane& lane : lanes) {
    if (!header.empty()) header.append(kGap, ' ');
    append_cell(header, lane, std::string(lane.column->title), {is_colored ? "\x1b[1m" : ""});
  }
  append_line(text, std::move(header));
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::string line;
    for (const Lane& lane : lanes) {
      if (&lane != &lanes.front()) line.append(kGap, ' ');
      const bool is_status = is_colored && lane.column->cell == Cell::status;
      append_cell(line, lane, lane.cells[row],
                  {is_status ? status_color(lane.cells[row]) : std::string_view{}});
    }
    append_line(text, std::move(line));
  }
  return text;
}

}  // namespace shelduck::cli
