#include "shelduck/interop/text_rows.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::interop {
namespace {

constexpr std::size_t kShownFieldBytes = 60;

std::string shown_field(std::string_view value) {
  if (value.size() <= kShownFieldBytes) return valid_utf8(value);
  return valid_utf8(value.substr(0, kShownFieldBytes)) + "...";
}

}  // namespace

std::string_view TextRow::operator[](std::size_t column) const {
  const std::size_t begin = column == 0 ? 0 : ends_[column - 1];
  return std::string_view{text_}.substr(begin, ends_[column] - begin);
}

void TextRow::clear(std::uint64_t line) noexcept {
  text_.clear();
  ends_.clear();
  line_ = line;
}

void TextRow::add(std::string_view field) {
  text_ += field;
  ends_.push_back(text_.size());
}

void TextRow::reserve(std::size_t bytes, std::size_t fields) {
  text_.reserve(bytes);
  ends_.reserve(fields);
}

void TextRows::refuse(const RowFault& fault) const {
  const std::string word = this->place() == RowPlace::line ? "line " : "row ";
  const std::string where =
      (fault.line == 0 ? "" : word + std::to_string(fault.line) + ", ") + shown_field(fault.field);
  const std::string value = shown_field(fault.value);
  throw Error{ErrorKind::invalid_input,
              (name().empty() ? "" : name() + ", ") + where + " '" + value +
                  "' is refused: " + std::string(fault.rule),
              {.field = where,
               .value = value,
               .rule = std::string(fault.rule),
               .hint = std::string(fault.hint)}};
}

void TextRows::require_fields(const TextRow& row, std::size_t fields) const {
  if (row.size() == fields) return;
  refuse({.line = row.line(),
          .field = "row",
          .value = std::to_string(row.size()) + " fields",
          .rule = "a row has as many fields as the header: " + std::to_string(fields)});
}

}  // namespace shelduck::interop
