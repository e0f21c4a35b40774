#include "shelduck/sensors/records/record.hpp"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "shelduck/core/encoding.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::sensors {
namespace {

// The fields of ReadingsTaken. DO NOT CHANGE.
constexpr std::uint32_t kRows = 1;
constexpr std::uint32_t kNodes = 2;        // (address, rows)*
constexpr std::uint32_t kTimestamps = 3;   // signed steps; the first of a node's rows from zero
constexpr std::uint32_t kTemperature = 4;  // the same
constexpr std::uint32_t kHumidity = 5;     // the same
constexpr std::uint32_t kFlags = 6;        // (flags, rows)*; left out where all are zero
constexpr std::uint32_t kReceivedAt = 7;   // (signed step, rows)*

[[noreturn]] void refuse_bytes(const std::string& rule) {
  throw Error{ErrorKind::corrupt, "the bytes are no batch of readings: " + rule, {.rule = rule}};
}

// Equal values one after the other, as (value, how many).
template <class Readings, class Value>
void for_each_stretch(const Readings& readings, Value value,
                      const std::function<void(std::int64_t, std::uint64_t)>& use) {
  for (std::size_t from = 0; from < readings.size();) {
    std::size_t to = from + 1;
    while (to < readings.size() && value(readings[to]) == value(readings[from])) ++to;
    use(static_cast<std::int64_t>(value(readings[from])), to - from);
    from = to;
  }
}

// Steps between the rows of one node.
template <class Value>
std::string steps_of(const std::vector<Reading>& readings, Value value) {
  NumberWriter column;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const bool is_first = i == 0 || readings[i].node_address != readings[i - 1].node_address;
    const std::int64_t before = is_first ? 0 : std::int64_t{value(readings[i - 1])};
    column.add_signed(value(readings[i]) - before);
  }
  return column.bytes();
}

std::string nodes_of(const std::vector<Reading>& readings) {
  NumberWriter column;
  for_each_stretch(
      readings, [](const Reading& r) { return r.node_address; },
      [&](std::int64_t address, std::uint64_t rows) {
        column.add(static_cast<std::uint64_t>(address));
        column.add(rows);
      });
  return column.bytes();
}

std::string flags_of(const std::vector<Reading>& readings) {
  NumberWriter column;
  if (std::ranges::all_of(readings, [](const Reading& r) { return r.flags == 0; })) return "";
  for_each_stretch(
      readings, [](const Reading& r) { return r.flags; },
      [&](std::int64_t flags, std::uint64_t rows) {
        column.add(static_cast<std::uint64_t>(flags));
        column.add(rows);
      });
  return column.bytes();
}

std::string received_of(const std::vector<Reading>& readings) {
  NumberWriter column;
  std::int64_t before = 0;
  for_each_stretch(
      readings, [](const Reading& r) { return r.received_at; },
      [&](std::int64_t received_at, std::uint64_t rows) {
        column.add_signed(received_at - before);
        column.add(rows);
        before = received_at;
      });
  return column.bytes();
}

template <class T>
T narrowed(std::int64_t value, const char* name) {
  if (!std::in_range<T>(value)) refuse_bytes(std::string(name) + " is out of its range");
  return static_cast<T>(value);
}

// The next stretch of rows that share a value.
std::span<Reading> take_stretch(std::vector<Reading>& readings, std::size_t& from,
                                std::uint64_t rows) {
  if (rows == 0 || rows > readings.size() - from) refuse_bytes("a stretch is longer than the rest");
  const std::span<Reading> stretch{readings.data() + from, rows};
  from += rows;
  return stretch;
}

void read_nodes(std::string_view bytes, std::vector<Reading>& readings) {
  NumberReader column{bytes};
  for (std::size_t from = 0; from < readings.size();) {
    const std::uint64_t address = column.next();
    for (Reading& r : take_stretch(readings, from, column.next())) r.node_address = address;
  }
}

void read_flags(std::string_view bytes, std::vector<Reading>& readings) {
  if (bytes.empty()) return;
  NumberReader column{bytes};
  for (std::size_t from = 0; from < readings.size();) {
    const auto flags = narrowed<std::uint8_t>(static_cast<std::int64_t>(column.next()), "flags");
    for (Reading& r : take_stretch(readings, from, column.next())) r.flags = flags;
  }
}

// Wraps around instead of overflowing: the range is looked at afterwards.
std::int64_t sum(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

void read_received(std::string_view bytes, std::vector<Reading>& readings) {
  NumberReader column{bytes};
  std::int64_t received_at = 0;
  for (std::size_t from = 0; from < readings.size();) {
    received_at = sum(received_at, column.next_signed());
    for (Reading& r : take_stretch(readings, from, column.next())) r.received_at = received_at;
  }
}

template <class Put>
void read_steps(std::string_view bytes, std::vector<Reading>& readings, Put put) {
  NumberReader column{bytes};
  std::int64_t value = 0;
  for (std::size_t i = 0; i < readings.size(); ++i) {
    const bool is_first = i == 0 || readings[i].node_address != readings[i - 1].node_address;
    value = sum(is_first ? 0 : value, column.next_signed());
    put(readings[i], value);
  }
}

void read_values(std::uint32_t field, std::string_view bytes, std::vector<Reading>& readings) {
  switch (field) {
    case kTimestamps:
      return read_steps(bytes, readings, [](Reading& r, std::int64_t value) {
        if (!is_timestamp(value)) refuse_bytes("a timestamp is out of its range");
        r.timestamp = value;
      });
    case kTemperature:
      return read_steps(bytes, readings, [](Reading& r, std::int64_t value) {
        r.temperature_centidegrees = narrowed<std::int16_t>(value, "a temperature");
      });
    case kHumidity:
      return read_steps(bytes, readings, [](Reading& r, std::int64_t value) {
        r.humidity_centipercent = narrowed<std::uint16_t>(value, "a humidity");
      });
    case kFlags:
      return read_flags(bytes, readings);
    case kReceivedAt:
      return read_received(bytes, readings);
    default:
      return;  // of a newer writer
  }
}

std::string content_of(const RefusedRow& row) {
  RefusedRow content = row;
  content.at = 0;
  return shelduck::encode(content);
}

template <class Record>
std::string encode_rows(const Record& record) {
  FieldWriter out;
  for (const auto& row : record.rows) out.write(1, shelduck::encode(row));
  return out.take();
}

template <class Record, class Row>
Record decode_rows(std::string_view bytes) {
  Record record;
  FieldReader fields{bytes};
  while (const auto field = fields.next()) {
    if (field->number == 1) record.rows.push_back(shelduck::decode<Row>(field->bytes));
  }
  return record;
}

}  // namespace

Uuid RefusedRow::id() const { return derived_uuid(content_of(*this)); }

std::string encode(const ReadingsTaken& record) {
  const std::vector<Reading>& rows = record.readings;
  FieldWriter out;
  out.write(kRows, static_cast<std::int64_t>(rows.size()));
  out.write(kNodes, nodes_of(rows));
  out.write(kTimestamps, steps_of(rows, [](const Reading& r) { return r.timestamp; }));
  out.write(kTemperature,
            steps_of(rows, [](const Reading& r) { return r.temperature_centidegrees; }));
  out.write(kHumidity, steps_of(rows, [](const Reading& r) { return r.humidity_centipercent; }));
  if (const std::string flags = flags_of(rows); !flags.empty()) out.write(kFlags, flags);
  out.write(kReceivedAt, received_of(rows));
  return out.take();
}

std::string encode(const NodeLabelled& record) { return shelduck::encode(record); }
std::string encode(const ReadingsPruned& record) { return shelduck::encode(record); }
std::string encode(const RefusedDropped& record) { return shelduck::encode(record); }

std::string encode(const RowsRefused& record) { return encode_rows(record); }
std::string encode(const RefusedRowsDropped& record) { return encode_rows(record); }

template <>
ReadingsTaken decode(std::string_view bytes) {
  ReadingsTaken record;
  FieldReader fields{bytes};
  std::uint32_t seen = 0;
  while (const auto field = fields.next()) {
    if (field->number < 32) seen |= 1U << field->number;
    if (field->number == kRows) {
      if (field->integer < 1 || std::cmp_greater(field->integer, ReadingsTaken::kRowsMax)) {
        refuse_bytes("the number of rows is out of its range");
      }
      record.readings.resize(static_cast<std::size_t>(field->integer));
    } else if (field->number == kNodes) {
      read_nodes(field->bytes, record.readings);
    } else {
      read_values(field->number, field->bytes, record.readings);
    }
  }
  constexpr std::uint32_t kNeeded = 1U << kRows | 1U << kNodes | 1U << kTimestamps |
                                    1U << kTemperature | 1U << kHumidity | 1U << kReceivedAt;
  if ((seen & kNeeded) != kNeeded) refuse_bytes("a column is missing");
  return record;
}

template <>
RowsRefused decode(std::string_view bytes) {
  return decode_rows<RowsRefused, RefusedRow>(bytes);
}

template <>
RefusedRowsDropped decode(std::string_view bytes) {
  return decode_rows<RefusedRowsDropped, RefusedRowsDropped::Row>(bytes);
}

template <>
NodeLabelled decode(std::string_view bytes) {
  return shelduck::decode<NodeLabelled>(bytes);
}

template <>
ReadingsPruned decode(std::string_view bytes) {
  return shelduck::decode<ReadingsPruned>(bytes);
}

template <>
RefusedDropped decode(std::string_view bytes) {
  return shelduck::decode<RefusedDropped>(bytes);
}

ReadingRank rank_of(const Reading& reading) {
  Reading content = reading;
  content.received_at = 0;
  return {derived_uuid(encode(ReadingsTaken{{content}})), reading.received_at};
}

}  // namespace shelduck::sensors
