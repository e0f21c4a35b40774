#include "shelduck/store/version.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "shelduck/store/backup.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

using testing::numbers;
using testing::TemporaryFolder;
using testing::toy_domain;
using testing::toy_options;
using testing::ToyWriter;

// A domain that announces every word, and what was told of it.
class VersionTest : public ::testing::Test {
 protected:
  struct Told {
    std::uint64_t before = 0;
    std::uint64_t count = 0;
    std::vector<std::string> events;
  };

  VersionTest() {
    domain_.apply = [apply = domain_.apply](ApplyContext& context, std::span<const Frame> frames) {
      apply(context, frames);
      for (const Frame& frame : frames) {
        context.announce(one_event("word", std::string(frame.payload)));
      }
    };
  }

  [[nodiscard]] Store open() const { return Store::open(path_, domain_, options_); }

  void watch() {
    options_.applied = [this](const Applied& applied) {
      Told told{.before = applied.before, .count = applied.version.count, .events = {}};
      for (const Events& events : applied.events) told.events.push_back(events.json(0));
      told_.push_back(told);
    };
  }

  TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.file("a.duckdb");
  Domain domain_ = toy_domain();
  OpenOptions options_ = toy_options();
  std::vector<Told> told_;
};

TEST_F(VersionTest, CountsEachAppliedRecordOnceAndSurvives) {
  ToyWriter writer{path_};
  std::optional<Version> before;
  {
    Store store = open();
    writer.write({"put 1 10", "put 2 20", "no verb"});
    store.apply();
    before = store.version();
    EXPECT_EQ(before->count, 3U) << "one for each record, refused ones too";
    store.apply();
    EXPECT_EQ(store.version(), before);
    Connection other = store.connect();
    EXPECT_EQ(read_version(other), before);
  }
  Store store = open();
  EXPECT_EQ(store.version(), before);
  EXPECT_EQ(store.write(testing::records({"put 3 30"})).applied, 1U);
  EXPECT_EQ(store.version().count, 4U);
  EXPECT_EQ(store.version().epoch, before->epoch);
}

TEST_F(VersionTest, AnotherFileHasAnotherEpoch) {
  Store store = open();
  store.write(testing::records({"put 1 10"}));
  const Version was = store.version();
  back_up(store, folder_.file("copy"), {});
  store.close();
  (void)rebuild(path_, domain_, options_);
  store = open();
  store.apply();
  EXPECT_NE(store.version().epoch, was.epoch);
  const Version rebuilt = store.version();
  store.close();
  (void)restore(folder_.file("copy"), path_, domain_, options_);
  store = open();
  store.apply();
  EXPECT_NE(store.version().epoch, rebuilt.epoch);
  EXPECT_NE(store.version().epoch, was.epoch);
}

TEST_F(VersionTest, ThoseWhoWatchAreToldAfterTheCommit) {
  watch();
  Store store = open();
  ASSERT_EQ(told_.size(), 1U) << "where the counter stands after the opening";
  EXPECT_EQ(told_[0].count, told_[0].before);
  store.write(testing::records({"put 1 10", "delete 1"}));
  store.write(testing::records({"put 2 20"}));
  ASSERT_EQ(told_.size(), 3U);
  EXPECT_EQ(told_[1].before, 0U);
  EXPECT_EQ(told_[1].count, 2U);
  EXPECT_EQ(told_[1].events, (std::vector<std::string>{"put 1 10", "delete 1"}));
  EXPECT_EQ(told_[2].before, 2U);
  EXPECT_EQ(told_[2].count, 3U);
  store.close();
  store = open();
  EXPECT_EQ(told_.back().count, 3U);
}

TEST_F(VersionTest, ABatchThatIsGivenUpIsNotTold) {
  watch();
  domain_.apply = [](ApplyContext& context, std::span<const Frame>) {
    context.announce(one_event("word", "never"));
    throw Error{ErrorKind::exhausted, "no space"};
  };
  Store store = open();
  EXPECT_EQ(store.write(testing::records({"put 1 10"})).waiting, 1U);
  EXPECT_EQ(told_.size(), 1U);
}

TEST_F(VersionTest, CatchUpSeesWhatAnotherProcessAcknowledged) {
  Store store = open();
  store.apply();
  ToyWriter first{path_};
  ToyWriter second{path_};
  for (int i = 0; i < 20; ++i) {
    (i % 3 == 0 ? first : second).write({"put " + std::to_string(i) + " 1"});
    EXPECT_EQ(store.catch_up().applied, 1U) << i;
    EXPECT_EQ(store.catch_up().applied, 0U) << i;
  }
  EXPECT_EQ(numbers(store.connection()).size(), 20U);
  store.append(testing::records({"put 100 1"}));
  EXPECT_EQ(store.catch_up().applied, 1U) << "this process's own journal counts too";
  EXPECT_EQ(store.catch_up().applied, 0U);
}

TEST_F(VersionTest, CatchUpNoticesAWriterThatDied) {
  Store store = open();
  {
    ToyWriter writer{path_};
    writer.hold("start 9");
    EXPECT_EQ(store.catch_up().applied, 1U);
    EXPECT_EQ(store.catch_up().applied, 0U);
  }
  EXPECT_EQ(store.catch_up().applied, 1U) << "its interruption";
}

TEST_F(VersionTest, CatchUpTriesAgainWhatCouldNotBeApplied) {
  bool is_full = true;
  domain_.apply = [&, apply = domain_.apply](ApplyContext& context, std::span<const Frame> frames) {
    if (is_full) throw Error{ErrorKind::exhausted, "no space"};
    apply(context, frames);
  };
  Store store = open();
  EXPECT_EQ(store.write(testing::records({"put 1 10"})).waiting, 1U);
  EXPECT_EQ(store.catch_up().waiting, 1U);
  is_full = false;
  EXPECT_EQ(store.catch_up().applied, 1U);
}

}  // namespace
}  // namespace shelduck::store
