#include "shelduck/sensors/export_query.hpp"

#include <charconv>
#include <cstdlib>

namespace shelduck::sensors {
namespace {

constexpr std::int64_t kRowsOfAPiece = 10'000;

template <class T>
void append_number(std::string& out, T number) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

// Two digits, as %.2f writes hundredths.
void append_two_digits(std::string& out, std::int64_t hundredths) {
  const std::int64_t size = std::abs(hundredths);
  if (hundredths < 0) out += '-';
  append_number(out, size / kHundredths);
  out += '.';
  out += static_cast<char>('0' + size / 10 % 10);
  out += static_cast<char>('0' + size % 10);
}

void append_line(std::string& out, const Reading& r) {
  out += '\n';
  append_number(out, r.node_address);
  out += ',';
  append_number(out, r.timestamp);
  out += ',';
  append_two_digits(out, r.temperature_centidegrees);
  out += ',';
  append_two_digits(out, r.humidity_centipercent);
  out += ',';
  append_number(out, static_cast<unsigned>(r.flags));
}

}  // namespace

ReadingsExport::ReadingsExport(ReadingStore& store, const ReadingFilter& filter)
    : store_(store), filter_(filter), slices_(store, filter, kRowsOfAPiece) {}

std::optional<std::vector<Reading>> ReadingsExport::next() {
  const auto slice = slices_.next();
  if (!slice) return std::nullopt;
  return store_.newest_first({filter_.node_address, slice->range}, {0, slice->rows});
}

std::optional<std::string> CsvExport::next() {
  std::string out;
  if (!has_begun_) out = kCsvHeader;
  const auto rows = rows_.next();
  if (!rows && has_begun_) return std::nullopt;
  has_begun_ = true;
  if (!rows) return out;
  out.reserve(out.size() + 48 * rows->size());
  for (const Reading& r : *rows) append_line(out, r);
  return out;
}

}  // namespace shelduck::sensors
