#include "shelduck/interop/sorted_rows.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shelduck/core/utf8.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/appender.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::interop {
namespace {

constexpr std::int64_t kSortedAtOnce = 100'000;  // rows that a transaction holds
constexpr std::int64_t kRowsACheck = 1000;

std::optional<std::size_t> place_in(const std::vector<std::string>& names, std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<std::string> fields_of(const TextRow& row) {
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < row.size(); ++i) fields.emplace_back(row[i]);
  return fields;
}

}  // namespace

struct SortedRows::State {
  State(std::unique_ptr<TextRows> given, const SeriesColumns& columns, SortOptions chosen)
      : rows(std::move(given)),
        names_of_series(columns),
        options(std::move(chosen)),
        database(store::Database::in_memory({.temporary_directory = options.temporary})),
        connection(database) {}

  void take_names(const TextRow& header) {
    names = fields_of(header);
    id = place_in(names, names_of_series.id).value_or(0);
    time = place_in(names, names_of_series.time).value_or(0);
    for (const std::string& column : columns_read(names_of_series)) {
      const auto place = place_in(names, column);
      if (place && std::ranges::find(kept, *place) == kept.end()) kept.push_back(*place);
    }
    std::ranges::sort(kept);
  }

  // The columns of the rows that wait: series, time, line, and one for each that is kept.
  [[nodiscard]] std::string fields_sql(std::string_view type) const {
    std::string list;
    for (std::size_t i = 0; i < kept.size(); ++i) {
      list += ", field" + std::to_string(i) + std::string(type);
    }
    return list;
  }

  void read_all() {
    connection.run_script("CREATE TABLE waiting (series BIGINT, time BIGINT, line BIGINT" +
                          fields_sql(" VARCHAR") + ")");
    const TextRow* row_read = rows->next();
    while (row_read != nullptr) row_read = read_some(row_read);
    sorted.emplace(connection.stream("SELECT line" + fields_sql("") +
                                     " FROM waiting ORDER BY series, time, line"));
    at.emplace(sorted->begin());
  }

  // As many as one transaction takes; returns the first one that it did not.
  const TextRow* read_some(const TextRow* from) {
    store::Transaction transaction{connection};
    store::Appender appender{transaction, "waiting"};
    std::vector<store::Parameter> values;
    for (; from != nullptr && appender.rows() < kSortedAtOnce; from = rows->next()) {
      if (appender.rows() % kRowsACheck == 0) options.check();
      rows->require_fields(*from, names.size());
      values.assign({series_of(*from), time_order((*from)[time]), from->line()});
      for (const std::size_t column : kept) values.emplace_back(storable(*from, column));
      appender.row(values);
    }
    appender.close();
    transaction.commit();
    return from;
  }

  std::int64_t series_of(const TextRow& read) {
    const auto number = static_cast<std::int64_t>(numbers.size());
    return numbers.try_emplace(derived_uuid(read[id]), number).first->second;
  }

  [[nodiscard]] std::string_view storable(const TextRow& read, std::size_t column) const {
    if (is_valid_utf8(read[column])) return read[column];
    rows->refuse({.line = read.line(),
                  .field = names[column],
                  .value = read[column],
                  .rule = "a field of rows that do not stand together is UTF-8"});
  }

  void show(const store::Row& read) {
    row.clear(static_cast<std::uint64_t>(read.get<std::int64_t>(0)));
    std::size_t next_kept = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool is_kept = next_kept < kept.size() && kept[next_kept] == i;
      row.add(is_kept ? read.get<std::string_view>(++next_kept) : std::string_view{});
    }
  }

  std::unique_ptr<TextRows> rows;
  SeriesColumns names_of_series;
  SortOptions options;
  store::Database database;
  store::Connection connection;
  std::vector<std::string> names;
  std::size_t id = 0;
  std::size_t time = 0;
  std::vector<std::size_t> kept;  // places of the columns that series have, in order
  std::unordered_map<Uuid, std::int64_t, UuidHash> numbers;  // of the series
  std::optional<store::Result> sorted;
  std::optional<store::Result::Iterator> at;
  TextRow row;
};

SortedRows::SortedRows(std::unique_ptr<TextRows> rows, const SeriesColumns& columns,
                       SortOptions options)
    : state_(std::make_unique<State>(std::move(rows), columns, std::move(options))) {}

SortedRows::~SortedRows() = default;

const std::string& SortedRows::name() const noexcept { return state_->rows->name(); }
RowPlace SortedRows::place() const noexcept { return state_->rows->place(); }

void SortedRows::interrupt() noexcept {
  state_->rows->interrupt();
  state_->connection.interrupt();
}

const TextRow* SortedRows::next() {
  State& state = *state_;
  if (state.names.empty()) {
    const TextRow* header = state.rows->next();
    if (header != nullptr) state.take_names(*header);
    return header;
  }
  if (!state.at) {
    state.read_all();
  } else {
    ++*state.at;
  }
  if (*state.at == std::default_sentinel) return nullptr;
  state.show(**state.at);
  return &state.row;
}

bool are_series_apart(TextRows& rows, const SeriesColumns& columns) {
  const TextRow* row = rows.next();
  if (row == nullptr) return false;
  const std::vector<std::string> names = fields_of(*row);
  const auto id = place_in(names, columns.id);
  if (!id) return false;
  std::unordered_set<Uuid, UuidHash> seen;
  std::string last;
  for (row = rows.next(); row != nullptr; row = rows.next()) {
    rows.require_fields(*row, names.size());
    if (!seen.empty() && (*row)[*id] == last) continue;
    last = (*row)[*id];
    if (!seen.insert(derived_uuid(last)).second) return true;
  }
  return false;
}

}  // namespace shelduck::interop
