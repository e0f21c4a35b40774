#include "shelduck/interop/logs/identity.hpp"

#include <gtest/gtest.h>

#include <set>

#include "shelduck/interop/logs/collected_log.hpp"

namespace shelduck::interop::logs {
namespace {

std::vector<Uuid> identities(const CollectedLog& log, Format format, const std::string& source) {
  IdentityCounter counter{format, source};
  std::vector<Uuid> ids;
  for (const LogEntry& entry : log.entries) ids.push_back(counter.next(entry));
  return ids;
}

TEST(Identity, EntriesOfOneSecondStayApart) {
  const auto ids = identities(read_corpus(Format::apt, "same_second.log"), Format::apt, "host-a");
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(std::set<Uuid>(ids.begin(), ids.end()).size(), 3U);
}

TEST(Identity, SecondImportGivesTheSame) {
  for (const Format format : {Format::apt, Format::ninja}) {
    const char* name = format == Format::apt ? "same_second.log" : "shuffled_builds.log";
    EXPECT_EQ(identities(read_corpus(format, name), format, "host-a"),
              identities(read_corpus(format, name), format, "host-a"));
  }
}

TEST(Identity, HostsFromOneImageAreNeverMerged) {
  const CollectedLog log = read_corpus(Format::apt, "unattended_36_blocks.log");
  std::set<Uuid> all;
  for (const char* host : {"host-a", "host-b"}) {
    for (const Uuid& id : identities(log, Format::apt, host)) all.insert(id);
  }
  EXPECT_EQ(all.size(), 2 * log.entries.size());
}

TEST(Identity, DoesNotDependOnWhatTheLogLearnsLater) {
  const std::string whole = corpus_bytes("apt/error.log");
  const std::string early = whole.substr(0, whole.find("Error:"));
  const CollectedLog now = read_text(Format::apt, whole);
  const CollectedLog then = read_text(Format::apt, early);
  EXPECT_EQ(then.entries.at(0).status, Status::interrupted);
  EXPECT_EQ(now.entries.at(0).status, Status::failed);
  EXPECT_EQ(identities(now, Format::apt, "h"), identities(then, Format::apt, "h"));
}

// Every format: a log that is read while its tool still writes it gives ids that stay.
TEST(Identity, StaysWhenALogGrows) {
  struct Case {
    Format format;
    const char* name;
  };
  for (const Case& c :
       {Case{Format::apt, "unattended_36_blocks.log"}, Case{Format::dpkg, "two_groups.log"},
        Case{Format::pacman, "failed_interrupted_unfinished.log"},
        Case{Format::dnf, "cleaning_up_twice.log"}, Case{Format::dnfrpm, "upgrade_pairs.log"},
        Case{Format::emerge, "one_run.log"}, Case{Format::ninja, "shuffled_builds.log"}}) {
    const std::string whole = corpus_bytes(std::string(to_string(c.format)) + "/" + c.name);
    const auto final_ids = identities(read_text(c.format, whole), c.format, "h");
    for (std::size_t at = whole.find('\n'); at != std::string::npos;
         at = whole.find('\n', at + 1)) {
      // apt writes the fields of a start in one piece.
      if (c.format == Format::apt && whole.compare(at + 1, 3, "End") != 0) continue;
      const auto ids = identities(read_text(c.format, whole.substr(0, at + 1)), c.format, "h");
      ASSERT_LE(ids.size(), final_ids.size());
      for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], final_ids[i]) << c.name;
    }
  }
}

TEST(Identity, SourceAndContentDoNotRunIntoEachOther) {
  LogEntry entry;
  entry.start = Instant{};
  entry.identity_bytes = "xy";
  LogEntry other = entry;
  other.identity_bytes = "y";
  EXPECT_NE(IdentityCounter(Format::apt, "a").next(entry),
            IdentityCounter(Format::apt, "ax").next(other));
}

TEST(RunIdentity, DiffersFromItsEntryAndFollowsIt) {
  const Uuid a = derived_uuid("a");
  EXPECT_NE(run_identity(a), a);
  EXPECT_EQ(run_identity(a), run_identity(a));
  EXPECT_NE(run_identity(a), run_identity(derived_uuid("b")));
}

}  // namespace
}  // namespace shelduck::interop::logs
