// One value of a table as a person reads it.
#pragma once

#include <string>
#include <string_view>

#include "shelduck/cli/answer.hpp"

namespace shelduck::cli {

// "-" for null: not measured. A value of another type than the cell expects is written as JSON.
[[nodiscard]] std::string cell_text(const Document& value, Cell cell);

[[nodiscard]] bool is_right_aligned(Cell cell) noexcept;

// The cell of a metric or target, by the unit in its name.
[[nodiscard]] Cell cell_of_measure(std::string_view name) noexcept;

// The member of `row` at a path like "targets.cpu_seconds.point"; null where there is none.
[[nodiscard]] const Document& member_at(const Document& row, std::string_view path);

// The colour of a status word, as an SGR sequence; empty where it has none.
[[nodiscard]] std::string_view status_color(std::string_view status) noexcept;

}  // namespace shelduck::cli
