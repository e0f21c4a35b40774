#include "shelduck/store/result.hpp"

#include <cmath>
#include <limits>
#include <type_traits>

#include "shelduck/store/engine.hpp"

namespace shelduck::store {

namespace detail {

namespace {

constexpr std::uint64_t kSignBit = 1ULL << 63U;

}  // namespace

duckdb_hugeint to_engine(const Uuid& uuid) noexcept {
  std::uint64_t upper = 0;
  std::uint64_t lower = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    upper = upper << 8U | uuid.bytes[i];
    lower = lower << 8U | uuid.bytes[i + 8];
  }
  return {lower, static_cast<std::int64_t>(upper ^ kSignBit)};
}

Uuid from_engine(duckdb_hugeint value) noexcept {
  Uuid uuid;
  std::uint64_t upper = static_cast<std::uint64_t>(value.upper) ^ kSignBit;
  std::uint64_t lower = value.lower;
  for (std::size_t i = 8; i-- > 0;) {
    uuid.bytes[i] = static_cast<std::uint8_t>(upper);
    uuid.bytes[i + 8] = static_cast<std::uint8_t>(lower);
    upper >>= 8U;
    lower >>= 8U;
  }
  return uuid;
}

bool ResultImpl::advance() {
  if (row + 1 < rows) {
    ++row;
    return true;
  }
  return next_chunk();
}

}  // namespace detail

namespace {

using detail::ResultColumn;

template <class T>
T stored(const ResultColumn& column, std::size_t row) {
  return static_cast<const T*>(column.data)[row];
}

[[noreturn]] void refuse(const ResultColumn& column, std::string_view wanted) {
  throw Error{ErrorKind::bug, "column " + column.name + " cannot be read as " +
                                  std::string(wanted) + " (type " +
                                  std::to_string(static_cast<int>(column.type)) + ")"};
}

bool fits_int64(duckdb_hugeint value) {
  return (value.upper == 0 && value.lower <= INT64_MAX) ||
         (value.upper == -1 && value.lower > static_cast<std::uint64_t>(INT64_MAX));
}

std::int64_t narrowed(const ResultColumn& column, duckdb_hugeint value) {
  if (!fits_int64(value)) refuse(column, "a 64-bit integer, the value is too large");
  return static_cast<std::int64_t>(value.lower);
}

double widened(duckdb_hugeint value) {
  constexpr double kTwoPow64 = 18446744073709551616.0;
  if (fits_int64(value)) return static_cast<double>(static_cast<std::int64_t>(value.lower));
  return static_cast<double>(value.upper) * kTwoPow64 + static_cast<double>(value.lower);
}

template <class T>
constexpr duckdb_type kEngineType = std::is_same_v<T, double>          ? DUCKDB_TYPE_DOUBLE
                                    : std::is_same_v<T, std::int64_t>  ? DUCKDB_TYPE_BIGINT
                                    : std::is_same_v<T, std::uint64_t> ? DUCKDB_TYPE_UBIGINT
                                    : std::is_same_v<T, std::int32_t>  ? DUCKDB_TYPE_INTEGER
                                    : std::is_same_v<T, std::int16_t>  ? DUCKDB_TYPE_SMALLINT
                                    : std::is_same_v<T, std::uint16_t> ? DUCKDB_TYPE_USMALLINT
                                    : std::is_same_v<T, std::uint8_t>  ? DUCKDB_TYPE_UTINYINT
                                                                       : DUCKDB_TYPE_INVALID;

bool holds_null(const ResultColumn& column, std::size_t rows) {
  if (column.validity == nullptr) return false;
  for (std::size_t row = 0; row < rows; ++row) {
    if ((column.validity[row / 64] >> (row % 64) & 1U) == 0) return true;
  }
  return false;
}

std::optional<std::int64_t> integer(const ResultColumn& column, std::size_t row) {
  switch (column.storage) {
    case DUCKDB_TYPE_TINYINT:
      return stored<std::int8_t>(column, row);
    case DUCKDB_TYPE_SMALLINT:
      return stored<std::int16_t>(column, row);
    case DUCKDB_TYPE_INTEGER:
      return stored<std::int32_t>(column, row);
    case DUCKDB_TYPE_BIGINT:
      return stored<std::int64_t>(column, row);
    case DUCKDB_TYPE_UTINYINT:
      return stored<std::uint8_t>(column, row);
    case DUCKDB_TYPE_USMALLINT:
      return stored<std::uint16_t>(column, row);
    case DUCKDB_TYPE_UINTEGER:
      return stored<std::uint32_t>(column, row);
    case DUCKDB_TYPE_UBIGINT:
      return narrowed(column, {stored<std::uint64_t>(column, row), 0});
    case DUCKDB_TYPE_HUGEINT:
      return narrowed(column, stored<duckdb_hugeint>(column, row));
    default:
      return std::nullopt;
  }
}

double decimal(const ResultColumn& column, std::size_t row) {
  const double whole = column.storage == DUCKDB_TYPE_HUGEINT
                           ? widened(stored<duckdb_hugeint>(column, row))
                           : static_cast<double>(integer(column, row).value_or(0));
  return whole / std::pow(10.0, column.scale);
}

double number(const ResultColumn& column, std::size_t row) {
  if (column.type == DUCKDB_TYPE_DOUBLE) return stored<double>(column, row);
  if (column.type == DUCKDB_TYPE_FLOAT) {
    return static_cast<double>(stored<float>(column, row));
  }
  if (column.type == DUCKDB_TYPE_DECIMAL) return decimal(column, row);
  if (column.type == DUCKDB_TYPE_HUGEINT) return widened(stored<duckdb_hugeint>(column, row));
  if (column.type != DUCKDB_TYPE_ENUM) {
    if (const auto whole = integer(column, row)) return static_cast<double>(*whole);
  }
  refuse(column, "a number");
}

std::string_view text(const ResultColumn& column, std::size_t row) {
  if (column.type == DUCKDB_TYPE_ENUM) {
    return column.words.at(static_cast<std::size_t>(integer(column, row).value_or(0)));
  }
  if (column.type != DUCKDB_TYPE_VARCHAR && column.type != DUCKDB_TYPE_BLOB) {
    refuse(column, "text");
  }
  // The engine keeps short strings inside the 16 bytes themselves.
  const auto* value = static_cast<const duckdb_string_t*>(column.data) + row;
  const std::uint32_t size = value->value.inlined.length;
  constexpr std::uint32_t kInlined = 12;
  return size <= kInlined ? std::string_view{value->value.inlined.inlined, size}
                          : std::string_view{value->value.pointer.ptr, size};
}

Instant instant(const ResultColumn& column, std::size_t row) {
  if (column.type != DUCKDB_TYPE_TIMESTAMP_TZ && column.type != DUCKDB_TYPE_TIMESTAMP) {
    refuse(column, "an instant");
  }
  return Instant{Microseconds{stored<std::int64_t>(column, row)}};
}

std::int64_t whole(const ResultColumn& source, std::size_t row) {
  if (source.type == DUCKDB_TYPE_ENUM || source.type == DUCKDB_TYPE_DECIMAL) {
    refuse(source, "an integer");
  }
  if (const auto value = integer(source, row)) return *value;
  refuse(source, "an integer");
}

std::uint64_t unsigned_whole(const ResultColumn& source, std::size_t row) {
  if (source.storage == DUCKDB_TYPE_UBIGINT) return stored<std::uint64_t>(source, row);
  const auto value = integer(source, row);
  if (!value || *value < 0) refuse(source, "an unsigned integer");
  return static_cast<std::uint64_t>(*value);
}

}  // namespace

bool Row::is_null(std::size_t column) const {
  const ResultColumn& source = result_->columns.at(column);
  if (source.validity == nullptr) return false;
  return (source.validity[result_->row / 64] >> (result_->row % 64) & 1U) == 0;
}

template <class T>
T Row::read(std::size_t column) const {
  const ResultColumn& source = result_->columns.at(column);
  const std::size_t row = result_->row;
  if (is_null(column)) refuse(source, "a value, it is NULL");
  if constexpr (std::is_same_v<T, bool>) {
    if (source.type != DUCKDB_TYPE_BOOLEAN) refuse(source, "a boolean");
    return stored<bool>(source, row);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return whole(source, row);
  } else if constexpr (std::is_same_v<T, std::uint64_t>) {
    return unsigned_whole(source, row);
  } else if constexpr (std::is_same_v<T, double>) {
    return number(source, row);
  } else if constexpr (std::is_same_v<T, std::string_view>) {
    return text(source, row);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return std::string(text(source, row));
  } else if constexpr (std::is_same_v<T, Instant>) {
    return instant(source, row);
  } else if constexpr (std::is_same_v<T, Uuid>) {
    if (source.type != DUCKDB_TYPE_UUID) refuse(source, "a UUID");
    return detail::from_engine(stored<duckdb_hugeint>(source, row));
  } else {
    const std::string_view bytes = text(source, row);
    return T(bytes.begin(), bytes.end());
  }
}

template bool Row::read<bool>(std::size_t) const;
template std::int64_t Row::read<std::int64_t>(std::size_t) const;
template std::uint64_t Row::read<std::uint64_t>(std::size_t) const;
template double Row::read<double>(std::size_t) const;
template std::string Row::read<std::string>(std::size_t) const;
template std::string_view Row::read<std::string_view>(std::size_t) const;
template Instant Row::read<Instant>(std::size_t) const;
template Uuid Row::read<Uuid>(std::size_t) const;
template std::vector<std::uint8_t> Row::read<std::vector<std::uint8_t>>(std::size_t) const;

Document Row::document(std::size_t column) const {
  const ResultColumn& source = result_->columns.at(column);
  if (is_null(column) || source.type == DUCKDB_TYPE_SQLNULL) return {};
  switch (source.type) {
    case DUCKDB_TYPE_BOOLEAN:
      return read<bool>(column);
    case DUCKDB_TYPE_DOUBLE:
    case DUCKDB_TYPE_FLOAT:
    case DUCKDB_TYPE_DECIMAL:
      return read<double>(column);
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
      return read<Instant>(column);
    case DUCKDB_TYPE_UUID:
      return read<Uuid>(column);
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_BLOB:
    case DUCKDB_TYPE_ENUM:
      return read<std::string>(column);
    default:
      return read<std::int64_t>(column);
  }
}

Result::Result(std::unique_ptr<detail::ResultImpl> impl) noexcept : impl_(std::move(impl)) {}
Result::Result(Result&&) noexcept = default;
Result& Result::operator=(Result&&) noexcept = default;
Result::~Result() = default;

Result::Iterator Result::begin() const { return Iterator{*this}; }

bool Result::advance() const { return impl_->advance(); }

bool Result::next_chunk() const { return impl_->next_chunk(); }

template <class T>
std::span<const T> Result::column(std::size_t index) const {
  const ResultColumn& source = impl_->columns.at(index);
  if (source.type != kEngineType<T>) refuse(source, "a column of another type");
  if (holds_null(source, impl_->rows)) refuse(source, "a column, it holds NULL");
  return {static_cast<const T*>(source.data), impl_->rows};
}

template std::span<const double> Result::column(std::size_t) const;
template std::span<const std::int64_t> Result::column(std::size_t) const;
template std::span<const std::uint64_t> Result::column(std::size_t) const;
template std::span<const std::int32_t> Result::column(std::size_t) const;
template std::span<const std::int16_t> Result::column(std::size_t) const;
template std::span<const std::uint16_t> Result::column(std::size_t) const;
template std::span<const std::uint8_t> Result::column(std::size_t) const;

const std::vector<std::string>& Result::columns() const noexcept { return impl_->names; }

std::optional<Row> Result::first() const {
  if (!impl_->advance()) return std::nullopt;
  return row();
}

std::int64_t Result::rows_changed() const noexcept { return impl_->rows_changed; }

}  // namespace shelduck::store
