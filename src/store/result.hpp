// Result holds the whole answer of a statement; Row reads one line of it.
//
//   const Result result = connection.query("SELECT name, started FROM runs WHERE id = ?", {id});
//   for (const Row row : result) use(row.get<std::string>(0), row.get<std::optional<Instant>>(1));
//
// Many numbers are read a portion of rows at a time, in the engine's own columns:
//
//   while (result.next_chunk()) add(result.column<std::int64_t>(0), result.column<double>(1));
//
// Types: get<T>() knows bool, std::int64_t, std::uint64_t, double, std::string, std::string_view,
// Instant, Uuid, std::vector<std::uint8_t> and std::optional of each. Integers of every width
// (HUGEINT too, where the value fits) read as std::int64_t; every number reads as double; enums
// read as text. A NULL read without optional, or a column read as another type, is ErrorKind::bug.
// Lifetime: a Row and a std::string_view from it live until the iterator moves on; the Result may
// outlive its connection and database.
// Threads: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::store {

namespace detail {
struct ResultImpl;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
}  // namespace detail

class Row {
 public:
  [[nodiscard]] bool is_null(std::size_t column) const;

  template <class T>
  [[nodiscard]] T get(std::size_t column) const {
    if constexpr (detail::IsOptional<T>::value) {
      if (is_null(column)) return std::nullopt;
      return read<typename T::value_type>(column);
    } else {
      return read<T>(column);
    }
  }

  // The value in the nearest Document type: for listings whose columns are not known beforehand.
  [[nodiscard]] Document document(std::size_t column) const;

 private:
  friend class Result;
  explicit Row(const detail::ResultImpl& result) : result_(&result) {}

  template <class T>
  [[nodiscard]] T read(std::size_t column) const;

  const detail::ResultImpl* result_;
};

class Result {
 public:
  class Iterator;

  explicit Result(std::unique_ptr<detail::ResultImpl> impl) noexcept;
  Result(Result&&) noexcept;
  Result& operator=(Result&&) noexcept;
  ~Result();

  // Rows can be walked once.
  [[nodiscard]] Iterator begin() const;
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

  [[nodiscard]] const std::vector<std::string>& columns() const noexcept;

  // The next portion of rows, instead of walking them; false at the end.
  [[nodiscard]] bool next_chunk() const;

  // A column of that portion, which lives until the next one. T is the very type of the column: an
  // integer of its width and sign, or double. A NULL in it is ErrorKind::bug.
  template <class T>
  [[nodiscard]] std::span<const T> column(std::size_t index) const;

  // The first row, or nothing; the Row lives as long as this Result.
  [[nodiscard]] std::optional<Row> first() const;

  // Of an INSERT, UPDATE or DELETE.
  [[nodiscard]] std::int64_t rows_changed() const noexcept;

 private:
  [[nodiscard]] Row row() const { return Row{*impl_}; }
  [[nodiscard]] bool advance() const;

  std::unique_ptr<detail::ResultImpl> impl_;
};

class Result::Iterator {
 public:
  using value_type = Row;
  using difference_type = std::ptrdiff_t;

  explicit Iterator(const Result& result) : result_(&result), more_(result.advance()) {}

  [[nodiscard]] Row operator*() const { return result_->row(); }
  Iterator& operator++() {
    more_ = result_->advance();
    return *this;
  }
  void operator++(int) { ++*this; }
  [[nodiscard]] friend bool operator==(const Iterator& iterator, std::default_sentinel_t) {
    return !iterator.more_;
  }

 private:
  const Result* result_;
  bool more_;
};

}  // namespace shelduck::store
