#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "shelduck/interop/logs/collected_log.hpp"
#include "shelduck/interop/logs/grouping.hpp"
#include "shelduck/interop/logs/identity.hpp"

namespace shelduck::interop::logs {
namespace {

struct CorpusFile {
  Format format;
  std::string path;
  std::string bytes;
};

std::vector<CorpusFile> all_corpora() {
  std::vector<CorpusFile> files;
  for (const Format format : kFormats) {
    const std::string folder{to_string(format)};
    for (const auto& entry : std::filesystem::recursive_directory_iterator{corpus_path(folder)}) {
      if (!entry.is_regular_file()) continue;
      const std::string path = entry.path().string();
      const std::string name = path.substr(corpus_path("").size());
      files.push_back({.format = format, .path = name, .bytes = corpus_bytes(name)});
    }
  }
  return files;
}

const std::vector<CorpusFile>& corpora() {
  static const std::vector<CorpusFile> files = all_corpora();
  return files;
}

Lines everything(const CollectedLog& log) {
  Lines lines = told(log);
  for (const std::string& reject : rejects_of(log)) lines.push_back(reject);
  return lines;
}

TEST(Corpora, CoverEveryFormat) {
  EXPECT_GT(corpora().size(), 80U);
  for (const CorpusFile& file : corpora()) {
    const CollectedLog log = read_text(file.format, file.bytes, {.zone = {}, .year = 2012});
    EXPECT_EQ(log.summary.entries, log.entries.size()) << file.path;
    EXPECT_EQ(log.summary.rejects, log.rejects.size()) << file.path;
  }
}

RC_GTEST_PROP(LogReader, ChunkBordersDoNotMatter, ()) {
  const CorpusFile& file = *rc::gen::elementOf(corpora());
  const auto chunk_bytes = *rc::gen::inRange<std::size_t>(1, 300);
  const ReadOptions options{.zone = {}, .year = 2012};
  RC_ASSERT(everything(read_lines(file.format, lines_of(file.bytes, chunk_bytes), options)) ==
            everything(read_text(file.format, file.bytes, options)));
}

RC_GTEST_PROP(LogReader, RotationAtAnyLineDoesNotMatter, ()) {
  const CorpusFile& file = *rc::gen::elementOf(corpora());
  RC_PRE(file.bytes.substr(0, 2) != "\x1f\x8b" && file.bytes.substr(0, 2) !=
                                                      "\xFD"
                                                      "7");
  const auto wanted = *rc::gen::inRange<std::size_t>(0, file.bytes.size() + 1);
  const std::size_t newline = file.bytes.find('\n', wanted);
  const std::size_t cut = newline == std::string::npos ? file.bytes.size() : newline + 1;
  std::vector<LogPart> parts;
  parts.push_back({.name = "old", .bytes = memory_bytes(file.bytes.substr(0, cut))});
  parts.push_back({.name = "new", .bytes = memory_bytes(file.bytes.substr(cut))});
  const ReadOptions options{.zone = {}, .year = 2012};
  RC_ASSERT(told(read_lines(file.format, LineSource{std::move(parts)}, options)) ==
            told(read_text(file.format, file.bytes, options)));
}

RC_GTEST_PROP(LogReader, DamagedLogsGiveEntriesWithTimesAndIds, ()) {
  const CorpusFile& file = *rc::gen::elementOf(corpora());
  std::string bytes = file.bytes;
  const auto flips = *rc::gen::inRange<int>(0, 20);
  for (int i = 0; i < flips && !bytes.empty(); ++i) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
        static_cast<char>(*rc::gen::inRange<int>(0, 256));
  }
  bytes.resize(*rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  const CollectedLog log = read_text(file.format, bytes, {.zone = {}, .year = 2012});
  IdentityCounter counter{file.format, "source"};
  Grouping grouping{file.format};
  std::vector<Uuid> ids;
  std::size_t runs = 0;
  for (const LogEntry& entry : log.entries) {
    RC_ASSERT(entry.start || entry.end);
    RC_ASSERT(entry.start.has_value() != entry.flags.has(Flag::start_unknown));
    if (const auto duration = entry.duration()) RC_ASSERT(duration->count() >= 0);
    ids.push_back(counter.next(entry));
    const Placement place = grouping.place(entry);
    RC_ASSERT(place.opens == (place.run == runs));
    if (place.opens) ++runs;
  }
  std::sort(ids.begin(), ids.end());
  RC_ASSERT(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

}  // namespace
}  // namespace shelduck::interop::logs
