#include "shelduck/store/store.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>

#include "shelduck/store/owner_lock.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::model;
using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

std::int64_t count(Store& store, std::string_view table) {
  return store.connection().value<std::int64_t>("SELECT count(*) FROM " + std::string(table));
}

std::ptrdiff_t segments_in(const std::filesystem::path& journal) {
  return std::ranges::count_if(std::filesystem::directory_iterator{journal}, [](const auto& entry) {
    return entry.path().extension() == ".seg";
  });
}

TEST(Store, AQuestionWhereNothingIsMakesNothing) {
  const TemporaryFolder folder;
  OpenOptions options = toy_options();
  options.purpose = Purpose::question;
  const Error error =
      error_of([&] { (void)Store::open(folder.file("a.duckdb"), toy_domain(), options); });
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_NE(std::string(error.what()).find("no toy yet"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Store, AppliesWhatOthersWroteBeforeTheQuestion) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write({"put 1 10", "put 2 20"});
  }
  OpenOptions options = toy_options();
  options.purpose = Purpose::question;
  Store store = Store::open(path, toy_domain(), options);
  EXPECT_EQ(store.apply().applied, 2U);
  EXPECT_EQ(numbers(store.connection()), model({"put 1 10", "put 2 20"}));
  EXPECT_EQ(store.apply().applied, 0U);
}

TEST(Store, TheEngineTakesTheShareThatItIsGiven) {
  const TemporaryFolder folder;
  OpenOptions options = toy_options();
  options.threads = 1;
  options.engine_share = {
      .memory_bytes = 48'000'000, .checkpoint_bytes = 2'000'000, .freed = Freed::given_back};
  Store store = Store::open(folder.file("a.duckdb"), toy_domain(), options);
  const auto setting = [&](const std::string& name) {
    return store.connection().value<std::string>("SELECT current_setting('" + name + "')::VARCHAR");
  };
  EXPECT_EQ(setting("threads"), "1");
  EXPECT_EQ(setting("memory_limit"), "45.7 MiB");
  EXPECT_EQ(setting("checkpoint_threshold"), "1.9 MiB");
}

TEST(Store, ReadsTheSegmentOfALiveWriter) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  ToyWriter writer{path};
  writer.hold("put 1 10");
  Store store = Store::open(path, toy_domain(), toy_options());
  EXPECT_EQ(store.apply().applied, 1U);
  writer.write({"put 2 20"});
  EXPECT_EQ(store.apply().applied, 1U);
  EXPECT_EQ(numbers(store.connection()).size(), 2U);
}

TEST(Store, WriteIsDurableAndAppliedWhenItReturns) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Store store = Store::open(path, toy_domain(), toy_options());
    EXPECT_EQ(store.write(testing::records({"put 5 50"})).applied, 1U);
    EXPECT_EQ(numbers(store.connection()), model({"put 5 50"}));
    store.close();
  }
  std::filesystem::remove(path);
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model({"put 5 50"}));
}

TEST(Store, AnEndedSegmentInterruptsWhatWasOpenInIt) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter writer{path};
    writer.hold("start 7");
    writer.write({"start 8", "end 8"});
    Store store = Store::open(path, toy_domain(), toy_options());
    store.apply();
    EXPECT_EQ(count(store, "finished WHERE how = 'interrupt'"), 0);
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(count(store, "finished WHERE how = 'interrupt' AND n = 7"), 1);
  EXPECT_EQ(count(store, "finished"), 2);
  store.apply();
  EXPECT_EQ(count(store, "finished"), 2);
}

// What follows from a segment follows again when somebody adopts it and dies.
TEST(Store, ASegmentThatGrewAfterItWasLeftAloneIsJudgedAgain) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write({"put 1 10"});
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  {
    ToyWriter writer{path};
    writer.hold("start 7");
    store.apply();
    EXPECT_EQ(count(store, "finished"), 0);
  }
  EXPECT_EQ(segments_in(folder.file("a.duckdb.journal")), 1) << "it was adopted";
  store.apply();
  EXPECT_EQ(count(store, "finished WHERE how = 'interrupt' AND n = 7"), 1);
}

TEST(Store, LeavesSegmentsInWhichNothingIsNewToThoseWhoWrite) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter first{path};
    ToyWriter second{path};
    first.write({"put 1 10"});
    second.write({"put 2 20"});
  }
  int writes = 0;
  Domain domain = toy_domain();
  domain.apply = [&, apply = domain.apply](ApplyContext& context, std::span<const Frame> frames) {
    if (writes++ > 0) ToyWriter{path}.write({"put 4 40"});  // while its owner has what is new
    apply(context, frames);
  };
  Store store = Store::open(path, domain, toy_options());
  store.apply();
  ToyWriter{path}.write({"put 3 30"});
  store.apply();
  EXPECT_EQ(writes, 2);
  EXPECT_EQ(segments_in(folder.file("a.duckdb.journal")), 2) << "none had to be made";
  store.apply();
  EXPECT_EQ(numbers(store.connection()), model({"put 1 10", "put 2 20", "put 3 30", "put 4 40"}));
}

TEST(Store, ABadRecordGoesToQuarantineOnceAndTheRestGoesOn) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write({"put 1 10", "nonsense", "nonsense", "put 2 20"});
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  store.apply();
  EXPECT_EQ(numbers(store.connection()).size(), 2U);
  EXPECT_EQ(count(store, "quarantine"), 1);
}

// "explode" makes the engine itself refuse the batch.
TEST(Store, ARecordThatTheEngineRefusesIsSingledOut) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter writer{path};
    for (int i = 0; i < 20; ++i) writer.write({"put " + std::to_string(i) + " 1"});
    writer.write({"explode 1"});
    for (int i = 20; i < 40; ++i) writer.write({"put " + std::to_string(i) + " 1"});
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  const ApplyReport report = store.apply();
  EXPECT_EQ(report.applied, 41U);
  EXPECT_EQ(report.quarantined, 1U);
  EXPECT_EQ(numbers(store.connection()).size(), 40U);
}

TEST(Store, AnotherOwnerIsWaitedForAndThenNamed) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  const auto taken = OwnerLock::try_take(path, "");
  ASSERT_TRUE(taken);
  OpenOptions options = toy_options();
  int pauses = 0;
  const auto clock = options.clock;
  options.sleep = [&](Microseconds) { ++pauses; };
  options.wait = Seconds{0.05};
  const Error error = error_of([&] { (void)Store::open(path, toy_domain(), options); });
  EXPECT_EQ(error.kind(), ErrorKind::busy);
  EXPECT_NE(std::string(error.what()).find("process " + std::to_string(::getpid())),
            std::string::npos);
  EXPECT_GT(pauses, 3);
}

TEST(Store, TheLockIsTakenOnceItsOwnerIsGone) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  auto taken = OwnerLock::try_take(path, "");
  OpenOptions options = toy_options();
  options.sleep = [&](Microseconds) { taken.reset(); };
  EXPECT_NO_THROW(Store::open(path, toy_domain(), options).close());
}

TEST(Store, AJournalOfAnotherDatabaseIsRefused) {
  const TemporaryFolder folder;
  Store::open(folder.file("a.duckdb"), toy_domain(), toy_options()).close();
  Store::open(folder.file("b.duckdb"), toy_domain(), toy_options()).close();
  std::filesystem::remove_all(folder.file("a.duckdb.journal"));
  std::filesystem::rename(folder.file("b.duckdb.journal"), folder.file("a.duckdb.journal"));
  const Error error =
      error_of([&] { (void)Store::open(folder.file("a.duckdb"), toy_domain(), toy_options()); });
  EXPECT_EQ(error.kind(), ErrorKind::conflict);
}

TEST(Store, ADatabaseOfAnotherProgramOrDomainIsRefused) {
  const TemporaryFolder folder;
  {
    Database database = Database::open(folder.file("a.duckdb"), {});
    Connection{database}.run_script("CREATE TABLE theirs (n BIGINT)");
  }
  EXPECT_EQ(error_of([&] {
              (void)Store::open(folder.file("a.duckdb"), toy_domain(), toy_options());
            }).kind(),
            ErrorKind::invalid_input);
  EXPECT_FALSE(std::filesystem::exists(folder.file("a.duckdb.journal")));
  Store::open(folder.file("b.duckdb"), toy_domain(), toy_options()).close();
  Domain other = toy_domain();
  other.name = "other";
  EXPECT_EQ(
      error_of([&] { (void)Store::open(folder.file("b.duckdb"), other, toy_options()); }).kind(),
      ErrorKind::invalid_input);
}

TEST(Store, ADatabaseWithoutItsJournalGetsOneOfItsOwnIdentity) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  Uuid identity;
  {
    Store store = Store::open(path, toy_domain(), toy_options());
    store.write(testing::records({"put 1 10"}));
    identity = store.identity();
  }
  std::filesystem::remove_all(folder.file("a.duckdb.journal"));
  Store store = Store::open(path, toy_domain(), toy_options());
  EXPECT_EQ(store.identity(), identity);
  EXPECT_EQ(numbers(store.connection()).size(), 1U);
  // Its rows are in no journal: the first session backs them up.
  EXPECT_TRUE(store.finish(Seconds{10}).is_backed_up);
}

TEST(Store, ARecordTypeOfANewerVersionStopsItsSegmentOnly) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  ToyWriter{path}.write({"put 1 10"});
  {
    Domain newer = toy_domain();
    newer.record_types.push_back({77, RecordClass::ordinary});
    newer.apply = [](ApplyContext&, std::span<const Frame>) {
      throw Error{ErrorKind::cancelled, "not now"};
    };
    Store store = Store::open(path, newer, toy_options());
    const std::vector<Record> records{{77, "from the future"}};
    EXPECT_THROW(store.write(records), Error);
  }
  Store store = Store::open(path, toy_domain(), toy_options());
  const ApplyReport report = store.apply();
  EXPECT_EQ(numbers(store.connection()).size(), 1U);
  EXPECT_EQ(count(store, "quarantine"), 0);
  ASSERT_EQ(report.notes.size(), 1U);
  EXPECT_NE(report.notes[0].find("newer version"), std::string::npos);
}

TEST(Store, MigratesAnOldDatabaseAfterABackup) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    Store store = Store::open(path, toy_domain(), toy_options());
    store.write(testing::records({"put 1 10"}));
  }
  {
    Store store = Store::open(path, testing::newer_toy_domain(), toy_options());
    EXPECT_EQ(count(store, "notes"), 0);
    EXPECT_EQ(numbers(store.connection()).size(), 1U);
    EXPECT_TRUE(store.finish(Seconds{10}).is_backed_up);
  }
  Database kept = Database::open(folder.path() / "a.duckdb.before-migration" / "database.duckdb",
                                 {.access = Access::read_only});
  EXPECT_EQ(Connection{kept}.value<std::int64_t>(
                "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'notes'"),
            0);
  EXPECT_EQ(error_of([&] { (void)Store::open(path, toy_domain(), toy_options()); }).kind(),
            ErrorKind::refused);
}

TEST(Store, CancelsBetweenSegments) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.duckdb");
  {
    ToyWriter{path}.write({"put 1 10"});
  }
  OpenOptions options = toy_options();
  bool is_cancelled = false;
  options.is_cancelled = [&] { return is_cancelled; };
  Store store = Store::open(path, toy_domain(), options);
  is_cancelled = true;
  EXPECT_EQ(error_of([&] { store.apply(); }).kind(), ErrorKind::cancelled);
  is_cancelled = false;
  EXPECT_EQ(store.apply().applied, 1U);
}

}  // namespace
}  // namespace shelduck::store
