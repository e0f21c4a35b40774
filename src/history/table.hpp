// Between row structs and the store: which columns a row has, how it is read, how many rows are
// appended at once, and one field of it as text.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/history/rows.hpp"
#include "shelduck/store/appender.hpp"
#include "shelduck/store/result.hpp"

namespace shelduck::history {

namespace detail {

using shelduck::detail::IsId;
using shelduck::detail::IsOptional;

// Members as the store knows them: ids become uuids, enums their words.
[[nodiscard]] std::optional<Origin> parse_origin(std::string_view text);

template <class T>
[[nodiscard]] T from_word(std::string_view word) {
  if constexpr (std::is_same_v<T, Status>) {
    return parse_status(word).value_or(Status::pending);
  } else if constexpr (std::is_same_v<T, Phase>) {
    return parse_phase(word).value_or(Phase::execute);
  } else {
    return parse_origin(word).value_or(Origin::library);
  }
}

template <class T>
[[nodiscard]] T read_value(const store::Row& row, std::size_t column) {
  if constexpr (IsId<T>::value) {
    return T{row.get<Uuid>(column)};
  } else if constexpr (std::is_enum_v<T>) {
    return from_word<T>(row.get<std::string_view>(column));
  } else {
    return row.get<T>(column);
  }
}

class RowReader {
 public:
  explicit RowReader(const store::Row& row) : row_(row) {}

  template <class T>
  void operator()(std::string_view, T& member) {
    if constexpr (IsOptional<T>::value) {
      if (row_.is_null(column_)) {
        member.reset();
      } else {
        member = read_value<typename T::value_type>(row_, column_);
      }
    } else {
      member = read_value<T>(row_, column_);
    }
    ++column_;
  }

 private:
  const store::Row& row_;
  std::size_t column_ = 0;
};

// One column of many rows, in the type that the appender takes. Texts are borrowed from the rows.
class ColumnBuilder {
 public:
  void add(std::int64_t value) { integers_.push_back(value), present_.push_back(1); }
  void add(double value) { numbers_.push_back(value), present_.push_back(1); }
  void add(Instant value) { instants_.push_back(value), present_.push_back(1); }
  void add(const Uuid& value) { uuids_.push_back(value), present_.push_back(1); }
  void add(std::string_view value) { texts_.push_back(value), present_.push_back(1); }
  void add(Status value) { add(to_string(value)); }
  void add(Phase value) { add(to_string(value)); }
  void add(Origin value) { add(to_string(value)); }
  template <class Tag>
  void add(const Id<Tag>& value) {
    add(value.uuid);
  }
  template <class T>
  void add(const std::optional<T>& value) {
    if (value) {
      add(*value);  // not a copy: texts are borrowed
      return;
    }
    if constexpr (std::is_same_v<T, std::string>) {
      add(std::string_view{});
    } else {
      add(T{});
    }
    present_.back() = 0;
  }

  [[nodiscard]] store::Column column() const;

 private:
  std::vector<std::int64_t> integers_;
  std::vector<double> numbers_;
  std::vector<Instant> instants_;
  std::vector<Uuid> uuids_;
  std::vector<std::string_view> texts_;
  std::vector<std::uint8_t> present_;
};

class ColumnBuilders {
 public:
  template <class T>
  void operator()(std::string_view, const T& member) {
    if (next_ == builders_.size()) builders_.emplace_back();
    builders_[next_++].add(member);
  }
  void next_row() { next_ = 0; }
  [[nodiscard]] std::vector<store::Column> columns() const;

 private:
  std::vector<ColumnBuilder> builders_;
  std::size_t next_ = 0;
};

class NameLister {
 public:
  template <class T>
  void operator()(std::string_view name, T&) {
    if (!names.empty()) names += ", ";
    names += "t.";
    names += name;
  }
  std::string names;
};

}  // namespace detail

// "t.run_id, t.source_id, ...": for a query over `kTable AS t`.
template <class Row>
[[nodiscard]] std::string column_list() {
  detail::NameLister lister;
  Row row;
  Row::columns(lister, row);
  return lister.names;
}

// Of a query that asked for column_list().
template <class Row>
[[nodiscard]] Row read_row(const store::Row& from) {
  Row row;
  detail::RowReader reader{from};
  Row::columns(reader, row);
  return row;
}

template <class Row>
void append_rows(store::Transaction& transaction, std::span<const Row* const> rows) {
  if (rows.empty()) return;
  detail::ColumnBuilders builders;
  for (const Row* row : rows) {
    builders.next_row();
    Row::columns(builders, *row);
  }
  store::Appender appender{transaction, Row::kTable};
  appender.append(builders.columns());
  appender.close();
}

}  // namespace shelduck::history
