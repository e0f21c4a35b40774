#include "shelduck/core/encoding.hpp"

#include "shelduck/core/error.hpp"

namespace shelduck {
namespace {

std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

[[noreturn]] void no_record(const char* rule) {
  throw Error{ErrorKind::corrupt, std::string("the bytes are no record: ") + rule, {.rule = rule}};
}

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

std::uint64_t take_varint(std::string_view& rest) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (rest.empty()) no_record("a number is cut");
    const auto byte = static_cast<std::uint8_t>(rest.front());
    rest.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  no_record("a number has more than ten bytes");
}

}  // namespace

void NumberWriter::add(std::uint64_t number) { append_varint(out_, number); }
void NumberWriter::add_signed(std::int64_t number) { append_varint(out_, zigzag(number)); }

std::uint64_t NumberReader::next() { return take_varint(rest_); }
std::int64_t NumberReader::next_signed() { return unzigzag(take_varint(rest_)); }

void FieldWriter::tag(std::uint32_t number, WireType type) {
  append_varint(out_, (std::uint64_t{number} << 3) | static_cast<std::uint8_t>(type));
}

void FieldWriter::write(std::uint32_t number, std::int64_t value) {
  tag(number, WireType::varint);
  append_varint(out_, zigzag(value));
}

void FieldWriter::write(std::uint32_t number, double value) {
  tag(number, WireType::fixed64);
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i) {
    out_ += static_cast<char>(bits);
    bits >>= 8;
  }
}

void FieldWriter::write(std::uint32_t number, std::string_view value) {
  tag(number, WireType::bytes);
  append_varint(out_, value.size());
  out_ += value;
}

void FieldWriter::write(std::uint32_t number, const Uuid& value) {
  tag(number, WireType::uuid);
  out_.append(reinterpret_cast<const char*>(value.bytes.data()), value.bytes.size());
}

std::string_view FieldReader::take(std::size_t count) {
  if (count > rest_.size()) no_record("a value is cut");
  const std::string_view value = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return value;
}

std::optional<RawField> FieldReader::next() {
  if (rest_.empty()) return std::nullopt;
  RawField field;
  const std::uint64_t tag = take_varint(rest_);
  field.number = static_cast<std::uint32_t>(tag >> 3);
  field.type = static_cast<WireType>(tag & 7);
  switch (field.type) {
    case WireType::varint:
      field.integer = unzigzag(take_varint(rest_));
      break;
    case WireType::fixed64: {
      std::uint64_t bits = 0;
      const std::string_view bytes = take(8);
      for (std::size_t i = 8; i-- > 0;) bits = (bits << 8) | static_cast<std::uint8_t>(bytes[i]);
      field.number64 = std::bit_cast<double>(bits);
      break;
    }
    case WireType::bytes:
      field.bytes = take(take_varint(rest_));
      break;
    case WireType::uuid: {
      const std::string_view bytes = take(field.uuid.bytes.size());
      std::memcpy(field.uuid.bytes.data(), bytes.data(), bytes.size());
      break;
    }
    default:
      no_record("a wire type is unknown");
  }
  return field;
}

}  // namespace shelduck
