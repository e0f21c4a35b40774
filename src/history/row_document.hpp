// A row as a Document: every column under its name, but the hashes that only merging needs.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

#include "shelduck/core/document.hpp"
#include "shelduck/history/rows.hpp"

namespace shelduck::history {

namespace detail {

template <class T>
[[nodiscard]] Document to_document(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    return Document{to_string(value)};
  } else {
    return Document{value};
  }
}

template <class T>
[[nodiscard]] Document to_document(const std::optional<T>& value) {
  return value ? to_document(*value) : Document{};
}

struct RowDescriber {
  std::initializer_list<std::string_view> left_out;
  Document object = Document::object();

  template <class T>
  void operator()(std::string_view column, const T& member) {
    if (column == "hash" || column == "start_hash" || column == "end_hash") return;
    if (std::find(left_out.begin(), left_out.end(), column) != left_out.end()) return;
    object.set(column, to_document(member));
  }
};

}  // namespace detail

template <class Row>
[[nodiscard]] Document row_document(const Row& row,
                                    std::initializer_list<std::string_view> left_out) {
  detail::RowDescriber describer{.left_out = left_out};
  Row::columns(describer, row);
  return std::move(describer.object);
}

}  // namespace shelduck::history
