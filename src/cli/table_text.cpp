#include "shelduck/cli/table_text.hpp"

#include <algorithm>

#include "shelduck/cli/cell.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowestText = 8;

std::string cut(std::string text, std::size_t width) {
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

struct Ink {
  std::string_view begin;
  [[nodiscard]] std::string_view end() const { return begin.empty() ? "" : "\x1b[0m"; }
};

struct Box {
  std::size_t width = 0;
  bool is_right = false;
};

void append_cell(std::string& line, Box box, const std::string& text, Ink ink) {
  const std::size_t missing = box.width - std::min(box.width, display_width(text));
  if (box.is_right) line.append(missing, ' ');
  line.append(ink.begin).append(text).append(ink.end());
  if (!box.is_right) line.append(missing, ' ');
}

void append_line(std::string& text, std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  text += line + "\n";
}

}  // namespace

TableLayout::TableLayout(const std::vector<Column>& columns) {
  for (const Column& column : columns) lanes_.push_back({column, display_width(column.title)});
}

void TableLayout::measure(const Document::Array& rows) {
  for (Lane& lane : lanes_) {
    for (const Document& row : rows) {
      const Document& value = member_at(row, lane.column.member);
      lane.has_values = lane.has_values || !value.is_null();
      lane.width = std::max(lane.width, display_width(cell_text(value, lane.column.cell)));
    }
  }
}

std::size_t TableLayout::total_width() const {
  std::size_t width = 0;
  for (const Lane& lane : lanes_) width += lane.width + kGap;
  return width - kGap;
}

// The last lane of the highest rank above 0.
bool TableLayout::drop_least_important() {
  auto found = lanes_.end();
  for (auto lane = lanes_.begin(); lane != lanes_.end(); ++lane) {
    const int rank = lane->column.rank;
    if (rank > 0 && (found == lanes_.end() || rank >= found->column.rank)) found = lane;
  }
  if (found == lanes_.end()) return false;
  lanes_.erase(found);
  return true;
}

// By one; so that of several texts none is cut while another one is longer.
bool TableLayout::narrow_longest_text() {
  Lane* longest = nullptr;
  for (Lane& lane : lanes_) {
    const std::size_t least = std::max(kNarrowestText, display_width(lane.column.title));
    if (lane.column.cell != Cell::text || lane.width <= least) continue;
    if (longest == nullptr || lane.width > longest->width) longest = &lane;
  }
  if (longest == nullptr) return false;
  --longest->width;
  return true;
}

void TableLayout::fit(const Terminal& terminal) {
  is_colored_ = terminal.color == Terminal::Color::on;
  std::erase_if(lanes_, [](const Lane& lane) { return lane.column.rank > 0 && !lane.has_values; });
  if (terminal.width == 0) return;
  while (total_width() > terminal.width && drop_least_important()) {
  }
  while (total_width() > terminal.width && narrow_longest_text()) {
  }
}

std::string TableLayout::head() const {
  std::string line;
  for (const Lane& lane : lanes_) {
    if (!line.empty()) line.append(kGap, ' ');
    append_cell(line, {lane.width, is_right_aligned(lane.column.cell)},
                std::string(lane.column.title), {is_colored_ ? "\x1b[1m" : ""});
  }
  std::string text;
  append_line(text, std::move(line));
  return text;
}

std::string TableLayout::lines(const Document::Array& rows) const {
  std::string text;
  for (const Document& row : rows) {
    std::string line;
    for (const Lane& lane : lanes_) {
      if (&lane != &lanes_.front()) line.append(kGap, ' ');
      std::string cell = cell_text(member_at(row, lane.column.member), lane.column.cell);
      if (lane.column.cell == Cell::text) cell = cut(std::move(cell), lane.width);
      const bool is_status = is_colored_ && lane.column.cell == Cell::status;
      const Ink ink{is_status ? status_color(cell) : std::string_view{}};
      append_cell(line, {lane.width, is_right_aligned(lane.column.cell)}, cell, ink);
    }
    append_line(text, std::move(line));
  }
  return text;
}

std::string table_text(const Table& table, const Terminal& terminal) {
  TableLayout layout{table.columns};
  layout.measure(table.rows);
  layout.fit(terminal);
  const std::string heading = table.heading.empty() ? "" : table.heading + "\n";
  return heading + layout.head() + layout.lines(table.rows);
}

}  // namespace shelduck::cli
