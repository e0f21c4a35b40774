// A session is killed at every named step of applying, migrating, archiving, backing up, deleting,
// rebuilding, restoring and compacting. The next one must find every acknowledged record, once.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <string>
#include <tuple>
#include <vector>

#include "shelduck/store/backup.hpp"
#include "shelduck/store/check.hpp"
#include "shelduck/store/compact.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

OpenOptions small_limits() {
  OpenOptions options = toy_options();
  options.engine = SHELDUCK_STORE_TRIAL;
  options.limits = {.segment_bytes = 1, .archive_bytes = 1, .small_files_max = 1};
  return options;
}

using Work = std::function<void(const std::filesystem::path&, const OpenOptions&)>;

enum class Ending { killed, finished };

// Does the work in a child that is killed when it comes to the step for the nth time.
Ending run_killed(const Work& work, const std::filesystem::path& path, const std::string& step,
                  int nth) {
  const pid_t child = ::fork();
  if (child == 0) {
    OpenOptions options = small_limits();
    int seen = 0;
    options.step = [&](std::string_view name) {
      if (name == step && ++seen == nth) ::kill(::getpid(), SIGKILL);
    };
    try {
      work(path, options);
    } catch (const std::exception& error) {
      ::write(STDERR_FILENO, error.what(), std::string_view{error.what()}.size());
      ::_exit(9);
    }
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return Ending::killed;
  EXPECT_EQ(WEXITSTATUS(status), 0) << "the work failed before " << step;
  return Ending::finished;
}

struct Case {
  std::string name;
  std::vector<std::string> steps;
  Work work;
};

const std::vector<std::string> kKilledWords{"put 1 10", "put 2 20", "nonsense", "put 3 30",
                                            "delete 2"};

// Names of files say on which backend they are.
Backend backend_at(const std::filesystem::path& path) {
  return path.extension() == ".sqlite" ? Backend::sqlite : Backend::duckdb;
}

void apply_and_finish(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(backend_at(path)), options);
  store.apply();
  store.finish(Seconds{60});
  store.close();
}

// Sessions that archive a segment each, and one to which those are small.
void pack_it(const std::filesystem::path& path, const OpenOptions& options) {
  OpenOptions patient = options;
  patient.limits.archive_bytes = HousekeepingLimits{}.archive_bytes;
  apply_and_finish(path, patient);
  patient.limits.segment_bytes = HousekeepingLimits{}.segment_bytes;
  apply_and_finish(path, patient);
}

void back_up_it(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(backend_at(path)), options);
  store.apply();
  back_up(store, path.parent_path() / "saved", {});
  store.close();
}

void migrate_and_finish(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, testing::newer_toy_domain(backend_at(path)), options);
  store.apply();
  store.finish(Seconds{60});
  store.close();
}

void rebuild_it(const std::filesystem::path& path, const OpenOptions& options) {
  rebuild(path, toy_domain(backend_at(path)), options);
}

void restore_it(const std::filesystem::path& path, const OpenOptions& options) {
  restore(path.parent_path() / "kept", path, toy_domain(backend_at(path)), options);
}

// Free blocks first, so that the copy is worth its place.
void compact_it(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(backend_at(path)), options);
  store.apply();
  store.connection().run_script(
      "CREATE TABLE ballast AS SELECT hash(range) AS h FROM range(400000); CHECKPOINT; "
      "DROP TABLE ballast");
  const CompactReport report = compact(store, Effort::if_sparse);
  if (report.bytes_after >= report.bytes_before) {
    throw Error{ErrorKind::bug, "the file did not shrink: " + report.note};
  }
  store.finish(Seconds{60});
  store.close();
}

std::vector<Case> cases() {
  return {
      {"apply",
       {"apply.before_commit", "apply.committed", "archive.checkpointed", "archive.kept",
        "backup.copied", "backup.verified", "backup.in_place", "delete.begin", "delete.removed"},
       apply_and_finish},
      {"pack", {"archive.packed"}, pack_it},
      {"migrate",
       {"migrate.begin", "migrate.before_commit", "migrate.committed", "migrate.checkpointed",
        "backup.copied", "backup.verified", "backup.old_aside", "backup.in_place"},
       migrate_and_finish},
      {"rebuild",
       {"rebuild.begun", "rebuild.made", "rebuild.old_aside", "rebuild.in_place"},
       rebuild_it},
      {"restore",
       {"backup.copied", "backup.verified", "restore.verified", "restore.intent",
        "restore.set_aside", "restore.journal_made", "restore.in_place", "restore.backed_up",
        "restore.done"},
       restore_it},
      {"compact",
       {"compact.checkpointed", "backup.copied", "backup.verified", "compact.copied",
        "compact.closed", "compact.in_place", "compact.done"},
       compact_it},
  };
}

// A database with archived, deleted and waiting segments, and a backup of the same rows in `kept`.
void prepare(const std::filesystem::path& path) {
  {
    ToyWriter{path, 1}.write({kKilledWords[0], kKilledWords[1]});
  }
  apply_and_finish(path, small_limits());
  {
    ToyWriter{path, 1}.write({kKilledWords[2], kKilledWords[3]});
  }
  {
    ToyWriter{path}.write({kKilledWords[4]});
  }
}

void keep_backup(const std::filesystem::path& path) {
  Store store = Store::open(path, toy_domain(backend_at(path)), toy_options());
  store.apply();
  back_up(store, path.parent_path() / "kept", {});
}

// The same files for each death: to make them takes longer than to die and to be healed.
class Prepared {
 public:
  Prepared(const Case& one, Backend backend) : name_("a." + std::string(word_of(backend))) {
    prepare(folder_.file(name_));
    if (one.name == "restore") keep_backup(folder_.file(name_));
  }

  [[nodiscard]] std::filesystem::path copy_to(const TemporaryFolder& other) const {
    std::filesystem::copy(folder_.path(), other.path(), std::filesystem::copy_options::recursive);
    return other.file(name_);
  }

 private:
  std::string name_;
  TemporaryFolder folder_;
};

void expect_healthy(const std::filesystem::path& path, const Domain& domain,
                    const std::string& where) {
  Store store = Store::open(path, domain, small_limits());
  const std::filesystem::path staging = path.string() + ".staging";
  EXPECT_TRUE(!exists(staging) || is_empty(staging)) << where;
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kKilledWords)) << where;
  EXPECT_EQ(store.connection().value<std::int64_t>("SELECT count(*) FROM quarantine"), 1) << where;
  store.finish(Seconds{60});
  const CheckReport report = check(store, Depth::deep);
  EXPECT_FALSE(report.is_damaged()) << where << to_json(document(report));
}

using KilledCase = std::tuple<std::size_t, Backend>;
class Killed : public ::testing::TestWithParam<KilledCase> {};

TEST_P(Killed, AtEveryStepNothingIsLostAndNothingTwice) {
  const Case one = cases()[std::get<0>(GetParam())];
  const Prepared prepared{one, std::get<1>(GetParam())};
  for (const std::string& step : one.steps) {
    int kills = 0;
    for (int nth = 1; nth <= 6; ++nth) {
      const TemporaryFolder folder;
      const auto path = prepared.copy_to(folder);
      const Ending ending = run_killed(one.work, path, step, nth);
      if (ending == Ending::finished) break;
      ++kills;
      expect_healthy(path,
                     one.name == "migrate" ? testing::newer_toy_domain(backend_at(path))
                                           : toy_domain(backend_at(path)),
                     step + " for the " + std::to_string(nth) + ". time");
    }
    EXPECT_GT(kills, 0) << step << " never came";
  }
}

std::string name_of_case(const ::testing::TestParamInfo<KilledCase>& killed) {
  return cases()[std::get<0>(killed.param)].name + "_" +
         std::string(word_of(std::get<1>(killed.param)));
}

// The last case is that of files which only DuckDB makes smaller.
INSTANTIATE_TEST_SUITE_P(Crash, Killed,
                         ::testing::Combine(::testing::Range<std::size_t>(0, cases().size()),
                                            ::testing::Values(Backend::duckdb)),
                         name_of_case);
INSTANTIATE_TEST_SUITE_P(CrashOfSqlite, Killed,
                         ::testing::Combine(::testing::Range<std::size_t>(0, cases().size() - 1),
                                            ::testing::Values(Backend::sqlite)),
                         name_of_case);

const std::vector<std::string> kPrunedWords{"put 1 10", "put 2 20", "nonsense",
                                            "put 3 30", "delete 2", "prune 3"};

void prune_it(const std::filesystem::path& path, const OpenOptions& options) {
  Store store = Store::open(path, toy_domain(), options);
  store.apply();
  const Record record = testing::pruning(3);
  store.write({&record, 1});
  store.finish(Seconds{60});
  store.close();
}

// What was pruned is gone for good: after the death of whoever pruned it, of whoever restores a
// backup that was made before, and after both.
void expect_pruned_for_good(const std::filesystem::path& path, const std::string& where) {
  {
    ToyWriter{path}.write({"put 1 10"});
  }
  Store store = Store::open(path, toy_domain(), small_limits());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model(kPrunedWords)) << where;
  const CheckReport report = check(store, Depth::deep);
  EXPECT_FALSE(report.is_damaged()) << where << to_json(document(report));
}

TEST(Crash, WhatIsPrunedStaysGoneInEveryBackup) {
  const Prepared prepared{{.name = "restore", .steps = {}, .work = {}}, Backend::duckdb};
  const std::vector<std::pair<std::string, Work>> works{{"apply.committed", prune_it},
                                                        {"edge.kept", prune_it},
                                                        {"restore.verified", restore_it},
                                                        {"restore.set_aside", restore_it},
                                                        {"restore.in_place", restore_it}};
  for (const auto& [step, work] : works) {
    const TemporaryFolder folder;
    const auto path = prepared.copy_to(folder);
    if (step.starts_with("restore")) prune_it(path, small_limits());
    // The first look at the edge is that of the opening.
    ASSERT_EQ(run_killed(work, path, step, step.starts_with("edge") ? 2 : 1), Ending::killed)
        << step << " never came";
    Store::open(path, toy_domain(), small_limits()).close();
    expect_pruned_for_good(path, step);
    restore_it(path, small_limits());
    expect_pruned_for_good(path, step + ", restored");
  }
}

// A user's backup: the whole folder or none, and the next one is not in its way.
TEST(Crash, AKilledBackupLeavesAWholeFolderOrNone) {
  for (const std::string step : {"backup.copied", "backup.verified", "backup.in_place"}) {
    const TemporaryFolder folder;
    const auto path = folder.file("a.duckdb");
    const auto saved = folder.file("saved");
    prepare(path);
    ASSERT_EQ(run_killed(back_up_it, path, step, 1), Ending::killed) << step << " never came";
    EXPECT_EQ(std::filesystem::exists(saved), step == "backup.in_place") << step;
    expect_healthy(path, toy_domain(), step);
    if (!std::filesystem::exists(saved)) back_up_it(path, small_limits());
    restore(saved, path, toy_domain(), small_limits());
    expect_healthy(path, toy_domain(), step + ", restored");
  }
}

// The database is deleted at the end: backup and archive give equal rows.
TEST(Crash, ADeletedDatabaseComesBackFromBackupAndJournal) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  prepare(path);
  apply_and_finish(path, small_limits());
  std::filesystem::remove(path);
  expect_healthy(path, toy_domain(), "after deletion");
}

}  // namespace
}  // namespace shelduck::store
