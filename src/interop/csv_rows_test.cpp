#include "shelduck/interop/csv_rows.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

using Fields = std::vector<std::string>;

CsvRows csv_of(std::string text, std::size_t chunk = 65536) {
  return CsvRows{logs::memory_bytes(std::move(text), chunk), "t.csv"};
}

// Each row as its line and its fields.
std::vector<std::pair<std::uint64_t, Fields>> rows_of(const std::string& text,
                                                      std::size_t chunk = 65536) {
  CsvRows rows = csv_of(text, chunk);
  std::vector<std::pair<std::uint64_t, Fields>> all;
  while (const TextRow* row = rows.next()) {
    Fields fields;
    for (std::size_t i = 0; i < row->size(); ++i) fields.emplace_back((*row)[i]);
    all.emplace_back(row->line(), std::move(fields));
  }
  return all;
}

// The Error that reading to the end gives; its message is empty where there is none.
Error error_of(CsvRows rows) {
  try {
    while (rows.next() != nullptr) continue;
  } catch (const Error& error) {
    return error;
  }
  return Error{ErrorKind::bug, ""};
}

void expect_refused(std::string text, const std::string& place, const std::string& rule) {
  const Error error = error_of(csv_of(std::move(text)));
  EXPECT_EQ(error.kind(), ErrorKind::invalid_input) << place;
  EXPECT_EQ(error.detail().field, place);
  EXPECT_NE(error.detail().rule.find(rule), std::string::npos) << error.detail().rule;
  EXPECT_NE(std::string{error.what()}.find("t.csv, " + place), std::string::npos) << error.what();
}

std::string gzipped_csv(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string input = text;
  std::string packed(deflateBound(&stream, static_cast<uLong>(input.size())), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

TEST(CsvRows, ReadsTheSameWhateverTheSourceGives) {
  const std::string text =
      "\xEF\xBB\xBFid,\"a \"\"b\"\", c\" , y\r\n\r\n \t\n\"two\nlines\",,3\n,,\nlast, x y ,\"\"";
  const std::vector<std::pair<std::uint64_t, Fields>> expected{{1, {"id", "a \"b\", c", "y"}},
                                                               {4, {"two\nlines", "", "3"}},
                                                               {6, {"", "", ""}},
                                                               {7, {"last", "x y", ""}}};
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
    EXPECT_EQ(rows_of(text, chunk), expected) << chunk;
  }
}

TEST(CsvRows, AFileWithoutRowsHasNone) {
  EXPECT_TRUE(rows_of("").empty());
  EXPECT_TRUE(rows_of("\xEF\xBB\xBF").empty());
  EXPECT_TRUE(rows_of("\r\n\n  \n").empty());
  EXPECT_EQ(rows_of("\xEF\xBB").size(), 1U);  // no whole byte order mark, so a field
}

TEST(CsvRows, TheEndStaysTheEnd) {
  CsvRows rows = csv_of("a\n");
  EXPECT_NE(rows.next(), nullptr);
  EXPECT_EQ(rows.next(), nullptr);
  EXPECT_EQ(rows.next(), nullptr);
}

TEST(CsvRows, RefusesAQuoteThatIsNotClosed) {
  expect_refused("a,b\n1,2\n3,\"4\n5,6\n", "line 3, field 2", "closed before the file ends");
}

TEST(CsvRows, RefusesAQuoteInsideAField) {
  expect_refused("a,b\n1,2\"\n", "line 2, field 2", "quoted as a whole");
  expect_refused("a,b\n\"1\"x,2\n", "line 2, field 1", "quoted as a whole");
}

TEST(CsvRows, RefusesAFieldThatIsTooLong) {
  const std::string most(CsvRows::kFieldBytesMax, 'x');
  EXPECT_EQ(rows_of("a\n" + most + "\n").at(1).second.at(0).size(), CsvRows::kFieldBytesMax);
  expect_refused("a\n" + most + "x\n", "line 2, field 1", "at most 1000000 bytes");
  // It is refused while it still grows, not at its end, which may be far.
  expect_refused("a,b\n\"" + most + most + most, "line 2, field 1", "at most 1000000 bytes");
}

TEST(CsvRows, RefusesTooManyFields) {
  std::string row = "1";
  for (std::size_t i = 1; i < CsvRows::kColumnsMax; ++i) row += ",1";
  EXPECT_EQ(rows_of(row).at(0).second.size(), CsvRows::kColumnsMax);
  expect_refused("a\n" + row + ",1\n", "line 2, field 1001", "at most 1000 fields");
}

TEST(CsvRows, RefusesARowThatIsTooLong) {
  const std::string part(700'000, 'x');
  expect_refused(part + "," + part + "," + part + "\n", "line 1, field 3", "at most 2000000 bytes");
}

constexpr int kPackedRows = 5000;

std::string packed_rows() {
  std::string text;
  for (int i = 0; i < kPackedRows; ++i) {
    text += std::to_string(i) + "," + std::to_string(i * i) + "\n";
  }
  return gzipped_csv(text);
}

CsvRows unpacked_csv(std::string packed) {
  return CsvRows{logs::decompressed(logs::memory_bytes(std::move(packed))), "t.csv.gz"};
}

TEST(CsvRows, ReadsPackedData) {
  CsvRows rows = unpacked_csv(packed_rows());
  int count = 0;
  while (rows.next() != nullptr) ++count;
  EXPECT_EQ(count, kPackedRows);
}

TEST(CsvRows, RefusesTornPackedDataBehindItsLastWholeRow) {
  const std::string packed = packed_rows();
  CsvRows rows = unpacked_csv(packed.substr(0, packed.size() / 2));
  std::uint64_t line = 0;
  try {
    while (const TextRow* row = rows.next()) line = row->line();
    FAIL() << "torn data were read as if they were whole";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "line " + std::to_string(line + 1) + ", file");
  }
  EXPECT_GT(line, 100U);
}

TEST(CsvRows, ShowsTheBeginningOfAValue) {
  const CsvRows rows = csv_of("");
  const std::string value(100, 'v');
  try {
    rows.refuse({.line = 7, .field = "y", .value = value, .rule = "short", .hint = "cut it"});
  } catch (const Error& error) {
    const std::string shown(60, 'v');
    EXPECT_STREQ(error.what(), ("t.csv, line 7, y '" + shown + "...' is refused: short").c_str());
    EXPECT_EQ(error.detail().value, shown + "...");
    EXPECT_EQ(error.detail().hint, "cut it");
  }
}

}  // namespace
}  // namespace shelduck::interop
