#include "shelduck/interop/csv_rows.hpp"

#include <csv.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <span>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

constexpr std::size_t kCsvChunkBytes = 65536;
constexpr std::size_t kParserBlockBytes = 4096;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Only LF ends a row, so that at most one row ends in a line; the CR before it counts as a space,
// which the parser takes off.
int ends_csv_row(unsigned char byte) { return byte == '\n' ? 1 : 0; }
int is_csv_space(unsigned char byte) { return byte == ' ' || byte == '\t' || byte == '\r' ? 1 : 0; }

bool is_blank_line(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The C library's parser with its buffer.
struct CsvParser {
  CsvParser() {
    csv_init(&raw, CSV_STRICT | CSV_STRICT_FINI);
    csv_set_term_func(&raw, ends_csv_row);
    csv_set_space_func(&raw, is_csv_space);
    csv_set_blk_size(&raw, kParserBlockBytes);
  }
  CsvParser(const CsvParser&) = delete;
  CsvParser& operator=(const CsvParser&) = delete;
  CsvParser(CsvParser&&) = delete;
  CsvParser& operator=(CsvParser&&) = delete;
  ~CsvParser() { csv_free(&raw); }

  csv_parser raw{};
};

}  // namespace

struct CsvRows::State {
  State(const CsvRows& rows, std::unique_ptr<logs::ByteSource> given, std::string file)
      : owner(&rows), bytes(std::move(given)), name(std::move(file)), buffer(kCsvChunkBytes) {
    row.reserve(0, kColumnsMax);
  }

  bool fill();
  [[nodiscard]] std::string_view piece() const;
  void make_room(std::size_t coming);
  void feed(std::string_view text);
  void finish();
  void check_limits();
  [[noreturn]] void refuse_row(std::string_view rule) const;

  static void take_field(void* text, std::size_t size, void* state) noexcept;
  static void take_row(int terminator, void* state) noexcept;

  const CsvRows* owner;
  std::unique_ptr<logs::ByteSource> bytes;
  std::string name;
  std::vector<char> buffer;
  std::size_t begin = 0;
  std::size_t end = 0;
  std::uint64_t line = 1;  // of the byte at begin
  CsvParser parser;
  TextRow row;
  std::string_view broken_limit;  // empty: none
  bool has_started = false;       // the first bytes were looked at
  bool row_has_begun = false;
  bool row_is_whole = false;
  bool is_over = false;
};

void CsvRows::State::refuse_row(std::string_view rule) const {
  owner->refuse({.line = row_has_begun ? row.line() : line,
                 .field = "field " + std::to_string(row.size() + 1),
                 .value = "",
                 .rule = rule});
}

void CsvRows::State::take_field(void* text, std::size_t size, void* state) noexcept {
  State& self = *static_cast<State*>(state);
  TextRow& row = self.row;
  if (size > kFieldBytesMax) {
    self.broken_limit = "a field has at most 1000000 bytes";
  } else if (row.size() == kColumnsMax) {
    self.broken_limit = "a row has at most 1000 fields";
  } else if (size > kRowBytesMax - row.bytes()) {
    self.broken_limit = "a row has at most 2000000 bytes";
  }
  if (!self.broken_limit.empty()) return;
  row.add({static_cast<const char*>(text), size});
}

void CsvRows::State::take_row(int /*terminator*/, void* state) noexcept {
  static_cast<State*>(state)->row_is_whole = true;
}

// True when there are bytes to parse.
bool CsvRows::State::fill() {
  begin = 0;
  end = bytes->read(buffer);
  if (has_started) return end > 0;
  has_started = true;
  for (std::size_t more = end; more > 0 && end < kByteOrderMark.size(); end += more) {
    more = bytes->read(std::span{buffer}.subspan(end));
  }
  if (piece().starts_with(kByteOrderMark)) begin = kByteOrderMark.size();
  return begin < end || fill();
}

// What is in the buffer of the current line.
std::string_view CsvRows::State::piece() const {
  const std::string_view rest{buffer.data() + begin, end - begin};
  return rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
}

// What the parser calls back must not throw through C, so all that may come has its room before.
void CsvRows::State::make_room(std::size_t coming) {
  row.reserve(row.bytes() + csv_get_buffer_size(&parser.raw) + coming, kColumnsMax);
}

void CsvRows::State::feed(std::string_view text) {
  make_room(text.size());
  const std::size_t taken =
      csv_parse(&parser.raw, text.data(), text.size(), take_field, take_row, this);
  if (taken == text.size()) return;
  if (csv_error(&parser.raw) != CSV_EPARSE) {
    throw Error{ErrorKind::exhausted, name + ": no memory for line " + std::to_string(line)};
  }
  refuse_row("a field with quotes is quoted as a whole, and its own quotes are doubled");
}

void CsvRows::State::check_limits() {
  if (!broken_limit.empty()) refuse_row(broken_limit);
  // A field that has not ended stands in the parser's buffer.
  if (csv_get_buffer_size(&parser.raw) > kFieldBytesMax + kCsvChunkBytes) {
    refuse_row("a field has at most 1000000 bytes");
  }
}

void CsvRows::State::finish() {
  is_over = true;
  if (const std::optional<std::string> damage = bytes->damage()) {
    owner->refuse(
        {.line = line, .field = "file", .value = name, .rule = "the data are whole: " + *damage});
  }
  make_room(0);
  if (csv_fini(&parser.raw, take_field, take_row, this) != 0) {
    refuse_row("a quote that is opened is closed before the file ends");
  }
  check_limits();
}

CsvRows::CsvRows(std::unique_ptr<logs::ByteSource> bytes, std::string name)
    : state_(std::make_unique<State>(*this, std::move(bytes), std::move(name))) {}

CsvRows::~CsvRows() = default;

const std::string& CsvRows::name() const noexcept { return state_->name; }

const TextRow* CsvRows::next() {
  State& state = *state_;
  state.row.clear(0);
  state.row_is_whole = state.row_has_begun = false;
  while (!state.row_is_whole && !state.is_over) {
    if (state.begin == state.end && !state.fill()) {
      state.finish();
      break;
    }
    const std::string_view piece = state.piece();
    if (!state.row_has_begun && !is_blank_line(piece)) {
      state.row_has_begun = true;
      state.row.set_line(state.line);
    }
    state.feed(piece);
    state.check_limits();
    state.begin += piece.size();
    if (piece.back() == '\n') ++state.line;
  }
  return state.row_is_whole ? &state.row : nullptr;
}

}  // namespace shelduck::interop
