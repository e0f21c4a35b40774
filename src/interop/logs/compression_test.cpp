#include <gtest/gtest.h>
#include <lzma.h>
#include <unistd.h>
#include <zlib.h>

#include <array>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string xz(const std::string& text) {
  std::string packed(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  EXPECT_EQ(lzma_easy_buffer_encode(
                0, LZMA_CHECK_CRC32, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                text.size(), reinterpret_cast<std::uint8_t*>(packed.data()), &size, packed.size()),
            LZMA_OK);
  packed.resize(size);
  return packed;
}

struct Unpacked {
  std::string text;
  std::optional<std::string> damage;
};

Unpacked unpack(std::string bytes, std::size_t chunk_bytes = 7) {
  const auto source = decompressed(memory_bytes(std::move(bytes), chunk_bytes));
  Unpacked result;
  std::array<char, 50> buffer{};
  while (const std::size_t got = source->read(buffer)) result.text.append(buffer.data(), got);
  result.damage = source->damage();
  return result;
}

std::string long_text() {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "line " + std::to_string(i * 7919) + "\n";
  return text;
}

TEST(Decompressed, KnowsPackingByBytesNotByNames) {
  const std::string text = long_text();
  for (const std::string& packed : {text, gzip(text), xz(text)}) {
    const Unpacked unpacked = unpack(packed);
    EXPECT_EQ(unpacked.text, text);
    EXPECT_FALSE(unpacked.damage);
  }
}

TEST(Decompressed, EmptyAndTinyInputsPassThrough) {
  for (const std::string text : {"", "a", "\x1f",
                                 "\xFD"
                                 "7z"}) {
    EXPECT_EQ(unpack(text).text, text);
    EXPECT_FALSE(unpack(text).damage);
  }
  EXPECT_EQ(unpack(gzip("")).text, "");
  EXPECT_EQ(unpack(xz("")).text, "");
}

TEST(Decompressed, ReadsSeveralMembersAndPadding) {
  EXPECT_EQ(unpack(gzip("one ") + gzip("two")).text, "one two");
  EXPECT_EQ(unpack(xz("one ") + xz("two")).text, "one two");
  const Unpacked padded = unpack(gzip("one") + std::string(20, '\0'));
  EXPECT_EQ(padded.text, "one");
  EXPECT_FALSE(padded.damage);
}

TEST(Decompressed, TornInputGivesWhatCanBeReadAndSaysSo) {
  const std::string text = long_text();
  for (const std::string& packed : {gzip(text), xz(text)}) {
    const Unpacked torn = unpack(packed.substr(0, packed.size() * 3 / 4));
    EXPECT_TRUE(torn.damage);
    EXPECT_EQ(torn.text, text.substr(0, torn.text.size()));
  }
  EXPECT_GT(unpack(gzip(text).substr(0, 9000)).text.size(), 1000U);
}

TEST(Decompressed, DamageIsReported) {
  std::string flipped = gzip(long_text());
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x55);
  EXPECT_TRUE(unpack(flipped).damage);
  EXPECT_EQ(unpack(gzip("one") + "garbage").damage, "bytes that are no gzip follow the gzip data");
  EXPECT_EQ(unpack(gzip("one") + "garbage").text, "one");
  EXPECT_EQ(unpack("\x28\xB5\x2F\xFDxxxxxx").damage,
            "the file is packed with zstd: unpack it first");
  EXPECT_EQ(unpack("BZh91AY").damage, "the file is packed with bzip2: unpack it first");
}

TEST(TornLog, GivesItsEntriesAndOneReject) {
  for (const char* name : {"torn.log.gz", "torn.log.xz"}) {
    const CollectedLog log = read_corpus(Format::apt, name);
    ASSERT_EQ(log.rejects.size(), 1U) << name;
    EXPECT_NE(log.rejects[0].reason.find("ends too early"), std::string::npos) << name;
    EXPECT_LT(log.entries.size(), 300U);
  }
  EXPECT_GT(read_corpus(Format::apt, "torn.log.gz").entries.size(), 100U);
}

TEST(OpenFile, ReadsAPipe) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const std::string text = "2024-03-05 10:00:00 startup archives unpack\n";
  ASSERT_EQ(::write(ends[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  ::close(ends[1]);
  std::vector<LogPart> parts;
  const std::string path = "/dev/fd/" + std::to_string(ends[0]);
  parts.push_back({.name = "pipe", .bytes = decompressed(open_file(path))});
  EXPECT_EQ(read_lines(Format::dpkg, LineSource{std::move(parts)}).entries.size(), 1U);
  ::close(ends[0]);
}

TEST(OpenFile, SystemErrorIsAnError) {
  const auto source = open_file("/proc/self/mem");  // nothing is mapped where it begins
  std::array<char, 8> buffer{};
  EXPECT_THROW(static_cast<void>(source->read(buffer)), Error);
}

TEST(OpenFile, NamesWhatCannotBeRead) {
  EXPECT_THROW(static_cast<void>(open_file(corpus_path("apt/no such file"))), Error);
  try {
    static_cast<void>(open_file(corpus_path("apt")));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::invalid_input);
    EXPECT_EQ(error.detail().field, "file");
  }
}

}  // namespace
}  // namespace shelduck::interop::logs
