#include "shelduck/interop/logs/line_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

// A line of `bytes_` characters that exists nowhere, then one good line.
class EndlessLine final : public ByteSource {
 public:
  explicit EndlessLine(std::uint64_t bytes) : bytes_(bytes) {}

  std::size_t read(std::span<char> into) override {
    biggest_request_ = std::max(biggest_request_, into.size());
    if (bytes_ > 0) {
      const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(bytes_, into.size()));
      std::fill_n(into.begin(), count, 'x');
      bytes_ -= count;
      return count;
    }
    const std::string_view rest = kRest.substr(at_, into.size());
    std::copy(rest.begin(), rest.end(), into.begin());
    at_ += rest.size();
    return rest.size();
  }

  static std::size_t biggest_request_;

 private:
  static constexpr std::string_view kRest = "\n2024-03-05 10:00:00 startup archives unpack\n";
  std::uint64_t bytes_;
  std::size_t at_ = 0;
};
std::size_t EndlessLine::biggest_request_ = 0;

std::vector<std::pair<std::string, LineDamage>> all_lines(LineSource source) {
  std::vector<std::pair<std::string, LineDamage>> lines;
  while (const auto line = source.next()) lines.emplace_back(line->text, line->damage);
  return lines;
}

using Judged = std::vector<std::pair<std::string, LineDamage>>;

TEST(LineSource, CutsLinesAndForgivesTheLastLineFeed) {
  EXPECT_EQ(all_lines(lines_of("a\nbc\n\nd")), (Judged{{"a", LineDamage::none},
                                                       {"bc", LineDamage::none},
                                                       {"", LineDamage::none},
                                                       {"d", LineDamage::none}}));
  EXPECT_TRUE(all_lines(lines_of("")).empty());
}

TEST(LineSource, RejectsAGigabyteLongLineWithoutHoldingIt) {
  std::vector<LogPart> parts;
  parts.push_back({.name = "log", .bytes = std::make_unique<EndlessLine>(1ULL << 30U)});
  const CollectedLog log = read_lines(Format::dpkg, LineSource{std::move(parts)});
  EXPECT_EQ(log.entries.size(), 1U);
  EXPECT_EQ(rejects_of(log), Lines{"1: the line is longer than a log line can be"});
  EXPECT_EQ(log.rejects.at(0).text.substr(0, 5), "xxxxx");
  EXPECT_LE(EndlessLine::biggest_request_, 16U << 20U);
}

TEST(LineSource, LimitIsExact) {
  std::vector<LogPart> parts;
  parts.push_back({.name = "log", .bytes = memory_bytes("1234\n12345\n")});
  EXPECT_EQ(all_lines(LineSource{std::move(parts), {.line_bytes_max = 4}}),
            (Judged{{"1234", LineDamage::none}, {"12345", LineDamage::too_long}}));
}

TEST(LineSource, StripsNulBytesAroundLines) {
  using namespace std::string_literals;
  EXPECT_EQ(all_lines(lines_of("\0\0\0good\n\0\0tail\0\n"s)),
            (Judged{{"good", LineDamage::none}, {"tail", LineDamage::none}}));
}

TEST(LineSource, PartsATornLineFromTheGoodOneBehindNulBytes) {
  using namespace std::string_literals;
  EXPECT_EQ(all_lines(lines_of("torn\0\0\0good\n"s)),
            (Judged{{"torn", LineDamage::torn_before_nul}, {"good", LineDamage::none}}));
  EXPECT_EQ(all_lines(lines_of("a\0\0b\0\0c\n"s)).at(0).second, LineDamage::binary);
  EXPECT_EQ(all_lines(lines_of("a\0b\n"s)).at(0).second, LineDamage::binary);
}

TEST(LineSource, NamesWhatIsNoText) {
  EXPECT_EQ(all_lines(lines_of("M\xFCll\n")).at(0).second, LineDamage::wrong_encoding);
  EXPECT_EQ(all_lines(lines_of("M\xC3\xBCll\n")).at(0).second, LineDamage::none);
  EXPECT_EQ(all_lines(lines_of("a\x01"
                               "b\n"))
                .at(0)
                .second,
            LineDamage::binary);
  EXPECT_EQ(all_lines(lines_of("a\tb \x1b[1mbold\x1b[m\n")).at(0).second, LineDamage::none);
}

TEST(LineSource, KnowsConflictMarkersFromLinesLikeThem) {
  for (const char* marker : {"<<<<<<< HEAD", "=======", "||||||| base", ">>>>>>> b/\xC3\xBC"}) {
    EXPECT_EQ(all_lines(lines_of(marker)).at(0).second, LineDamage::conflict_marker) << marker;
  }
  for (const char* line : {"======", "========", "=======x", ">>> emerge", "<<<<<<=", ""}) {
    for (const auto& [text, damage] : all_lines(lines_of(line))) {
      EXPECT_EQ(damage, LineDamage::none) << text;
    }
  }
}

TEST(LineSource, ReadsSeveralFilesAsOneAndCountsLinesInEach) {
  std::vector<LogPart> parts;
  parts.push_back({.name = "old", .bytes = memory_bytes("a\nb")});
  parts.push_back({.name = "new", .bytes = memory_bytes("c\n")});
  LineSource source{std::move(parts)};
  std::string seen;
  while (const auto line = source.next()) {
    seen += std::to_string(line->part) + ":" + std::to_string(line->number) +
            std::string(line->text) + " ";
  }
  EXPECT_EQ(seen, "0:1a 0:2b 1:1c ");
  EXPECT_EQ(source.bytes_read(), 5U);
}

TEST(BinaryLog, IsRejectedLineByLine) {
  for (const char* name : {"binary.log", "utf16.log", "latin1.log"}) {
    const CollectedLog log = read_corpus(Format::apt, name);
    EXPECT_FALSE(log.rejects.empty()) << name;
    for (const Reject& reject : log.rejects) EXPECT_LE(reject.text.size(), kRejectTextBytes);
  }
  EXPECT_TRUE(read_corpus(Format::apt, "binary.log").entries.empty());
  EXPECT_TRUE(read_corpus(Format::apt, "utf16.log").entries.empty());
  EXPECT_EQ(read_corpus(Format::apt, "latin1.log").entries.size(), 1U);
}

}  // namespace
}  // namespace shelduck::interop::logs
