// The bytes of a record: a list of (number, wire type, value) fields, so that a record can gain
// fields. A reader skips numbers it does not know; an absent field is an empty optional or the
// default of its member.
//
//   tag = number * 8 + wire type, as an unsigned LEB128 varint, then the value:
//   0 varint (integers, zigzag; instants in microseconds)   1 eight bytes, little endian (double)
//   2 varint length, then bytes (text)                       3 sixteen bytes (uuid)
//
// A record lists its fields once, in `fields(visitor, record)`; encode and decode both walk that
// list. DO NOT CHANGE a field's number or type: they are on disk in every journal and archive.
// Fields are written in the order of the list, so equal records have equal bytes.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck {

enum class WireType : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, uuid = 3 };

class FieldWriter {
 public:
  FieldWriter() { out_.reserve(kUsualBytes); }

  void write(std::uint32_t number, std::int64_t value);
  void write(std::uint32_t number, double value);
  void write(std::uint32_t number, std::string_view value);
  void write(std::uint32_t number, const Uuid& value);

  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  void tag(std::uint32_t number, WireType type);

  // What the start of an execution takes: else the text would grow four times.
  static constexpr std::size_t kUsualBytes = 120;

  std::string out_;
};

// One field as it stands in the bytes; only the member of its wire type is meaningful.
struct RawField {
  std::uint32_t number = 0;
  WireType type = WireType::varint;
  std::int64_t integer = 0;
  double number64 = 0;
  std::string_view bytes;
  Uuid uuid;
};

class FieldReader {
 public:
  explicit FieldReader(std::string_view bytes) : rest_(bytes) {}

  // The next field, or nothing at the end. Throws Error(corrupt) on bytes that are no record.
  [[nodiscard]] std::optional<RawField> next();

 private:
  std::string_view take(std::size_t count);

  std::string_view rest_;
};

// A column of a record that holds many rows: numbers one after the other, as one field of bytes.
class NumberWriter {
 public:
  void add(std::uint64_t number);
  void add_signed(std::int64_t number);

  [[nodiscard]] const std::string& bytes() const noexcept { return out_; }

 private:
  std::string out_;
};

class NumberReader {
 public:
  explicit NumberReader(std::string_view bytes) : rest_(bytes) {}

  // Throw Error(corrupt) at the end of the bytes.
  [[nodiscard]] std::uint64_t next();
  [[nodiscard]] std::int64_t next_signed();
  [[nodiscard]] bool is_empty() const noexcept { return rest_.empty(); }

 private:
  std::string_view rest_;
};

namespace detail {

template <class T>
struct IsId : std::false_type {};
template <class Tag>
struct IsId<Id<Tag>> : std::true_type {};
template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};

class Encoder {
 public:
  template <class T>
  void operator()(std::uint32_t number, const T& value) {
    if constexpr (IsOptional<T>::value) {
      if (value) (*this)(number, *value);
    } else if constexpr (IsId<T>::value) {
      writer_.write(number, value.uuid);
    } else if constexpr (std::is_same_v<T, Instant>) {
      writer_.write(number, std::int64_t{value.time_since_epoch().count()});
    } else if constexpr (std::is_enum_v<T> || std::is_integral_v<T>) {
      writer_.write(number, static_cast<std::int64_t>(value));
    } else {
      writer_.write(number, value);
    }
  }

  [[nodiscard]] std::string take() { return writer_.take(); }

 private:
  FieldWriter writer_;
};

// Takes fields in the order of a record's list, so that one walk over the list reads a record that
// was written in that order.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : reader_(bytes), field_(reader_.next()) {}

  template <class T>
  void operator()(std::uint32_t number, T& value) {
    for (; field_ && field_->number == number; field_ = reader_.next(), has_taken_ = true) {
      put(value);
    }
  }

  // Whether fields are left for another walk; skips one that the last walk knew nothing of.
  [[nodiscard]] bool has_more() {
    if (!std::exchange(has_taken_, false) && field_) field_ = reader_.next();
    return field_.has_value();
  }

 private:
  template <class T>
  void put(T& value) const {
    if constexpr (IsOptional<T>::value) {
      put(value.emplace());
    } else if constexpr (IsId<T>::value) {
      value.uuid = field_->uuid;
    } else if constexpr (std::is_same_v<T, Uuid>) {
      value = field_->uuid;
    } else if constexpr (std::is_same_v<T, Instant>) {
      value = Instant{Microseconds{field_->integer}};
    } else if constexpr (std::is_same_v<T, double>) {
      value = field_->number64;
    } else if constexpr (std::is_same_v<T, std::string>) {
      value = field_->bytes;
    } else {
      value = static_cast<T>(field_->integer);
    }
  }

  FieldReader reader_;
  std::optional<RawField> field_;
  bool has_taken_ = false;
};

}  // namespace detail

template <class Record>
[[nodiscard]] std::string encode(const Record& record) {
  detail::Encoder encoder;
  Record::fields(encoder, record);
  return encoder.take();
}

// Throws Error(corrupt) on bytes that are no record; the values are judged by validate().
template <class Record>
[[nodiscard]] Record decode(std::string_view bytes) {
  Record record;
  detail::Decoder decoder{bytes};
  do {
    Record::fields(decoder, record);
  } while (decoder.has_more());
  return record;
}

}  // namespace shelduck
