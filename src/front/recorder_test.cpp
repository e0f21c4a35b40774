#include "shelduck/front/recorder.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/front/execution.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::front {
namespace {

using namespace std::chrono_literals;

// The real file system; counts the syncs of frames, and can let the next one fail.
struct Syncs {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;  // guarded by mutex
  std::atomic<bool> next_fails = false;

  void add() {
    const std::lock_guard lock{mutex};
    ++count;
    changed.notify_all();
  }
  void wait_for(int wanted) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return count >= wanted; });
  }
};

class CountedFile final : public journal::File {
 public:
  CountedFile(std::unique_ptr<journal::File> real, Syncs& syncs)
      : real_(std::move(real)), syncs_(syncs) {}

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    return real_->read_at(offset, into);
  }
  void write_at(std::uint64_t offset, std::string_view bytes) override {
    real_->write_at(offset, bytes);
    has_frames_ = has_frames_ || offset > 0;
    // The marker behind what was synced: from now on a reader without the lock knows.
    if (std::exchange(is_synced_, false)) syncs_.add();
  }
  void sync_data() override {
    if (has_frames_ && syncs_.next_fails.exchange(false)) {
      throw Error{ErrorKind::io, "the sync was told to fail"};
    }
    real_->sync_data();
    is_synced_ = has_frames_;
  }
  bool try_lock() override { return real_->try_lock(); }
  void unlock() override { real_->unlock(); }
  journal::FileStatus status() override { return real_->status(); }

 private:
  std::unique_ptr<journal::File> real_;
  Syncs& syncs_;
  bool has_frames_ = false;
  bool is_synced_ = false;
};

class CountedFiles final : public journal::FileSystem {
 public:
  explicit CountedFiles(Syncs& syncs) : syncs_(syncs) {}

  std::unique_ptr<journal::File> open(const std::string& path, journal::Access access) override {
    auto file = real_.open(path, access);
    if (!file) return nullptr;
    return std::make_unique<CountedFile>(std::move(file), syncs_);
  }
  std::unique_ptr<journal::File> create(const std::string& path) override {
    auto file = real_.create(path);
    if (!file) return nullptr;
    return std::make_unique<CountedFile>(std::move(file), syncs_);
  }
  std::optional<journal::FileStatus> status(const std::string& path) override {
    return real_.status(path);
  }
  void rename(const std::string& from, const std::string& to) override { real_.rename(from, to); }
  bool rename_new(const std::string& from, const std::string& to) override {
    return real_.rename_new(from, to);
  }
  bool remove(const std::string& path) override { return real_.remove(path); }
  std::vector<std::string> list(const std::string& directory) override {
    return real_.list(directory);
  }
  bool make_directory(const std::string& path) override { return real_.make_directory(path); }
  void sync_directory(const std::string& path) override { real_.sync_directory(path); }
  std::uint64_t free_bytes(const std::string& path) override { return real_.free_bytes(path); }
  std::int64_t process_id() override { return real_.process_id(); }

 private:
  Syncs& syncs_;
  journal::PosixFileSystem real_;
};

struct RecorderTest : public ::testing::Test {
  void SetUp() override {
    std::string folder = std::filesystem::temp_directory_path() / "shelduck-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    home = folder;
    place.database = home / "history.duckdb";
    place.floor_bytes = 0;
  }
  void TearDown() override { std::filesystem::remove_all(home); }

  [[nodiscard]] std::shared_ptr<journal::FileSystem> files() {
    return std::make_shared<CountedFiles>(syncs);
  }

  // What `exec` records, without the child.
  [[nodiscard]] static std::vector<history::EncodedRecord> records() {
    const Execution execution{{.plugin = "test"}, system_clock()(), system_random()};
    return execution.start_records();
  }

  [[nodiscard]] std::size_t recorded() const {
    journal::PosixFileSystem real;
    const std::string folder = journal::journal_directory(place.database.string());
    const auto identity = journal::read_identity(real, folder);
    if (!identity) return 0;
    const auto known = history::known_record_types();
    journal::Backlog backlog{
        real, {.directory = folder, .reader = {*identity, {known.begin(), known.end()}}}};
    backlog.scan();
    std::size_t count = 0;
    for (journal::SegmentReader* const segment : backlog.segments()) {
      static_cast<void>(backlog.try_own(*segment));
      while (segment->next()) ++count;
    }
    return count;
  }

  std::filesystem::path home;
  JournalPlace place;
  Syncs syncs;
};

constexpr Seconds kLong{30};

TEST_F(RecorderTest, StartAndEndOfAShortChildShareOneSync) {
  Recorder recorder{place, files()};
  const auto start = records();
  recorder.end(start);  // it is there before the start's sync is due
  recorder.begin(start);
  EXPECT_EQ(recorder.finish(kLong), std::nullopt);
  EXPECT_EQ(syncs.count, 1);
  EXPECT_EQ(recorded(), 2 * start.size());
}

TEST_F(RecorderTest, TheStartOfALongChildIsSyncedBesideIt) {
  static_assert(Recorder::kSyncDelay <= 10ms, "20 ms hold the sync too");
  Recorder recorder{place, files()};
  const auto start = records();
  recorder.begin(start);
  syncs.wait_for(1);
  EXPECT_EQ(recorded(), start.size());
  recorder.end(start);
  EXPECT_EQ(recorder.finish(kLong), std::nullopt);
  EXPECT_EQ(syncs.count, 2);
}

TEST_F(RecorderTest, ARequiredStartIsSyncedBeforeTheChildStarts) {
  Recorder recorder{place, files()};
  recorder.begin_durably(records());
  EXPECT_EQ(syncs.count, 1);
  recorder.end(records());
  EXPECT_EQ(recorder.finish(kLong), std::nullopt);
  EXPECT_EQ(syncs.count, 2);
}

TEST_F(RecorderTest, WhereTheSharedSyncFailsBothAreWrittenAgain) {
  Recorder recorder{place, files()};
  const auto start = records();
  syncs.next_fails = true;
  recorder.end(start);  // it is there before the start's sync is due
  recorder.begin(start);
  EXPECT_EQ(recorder.finish(kLong), std::nullopt);
  EXPECT_EQ(recorded(), 2 * start.size());
}

TEST_F(RecorderTest, ARequiredStartThatCannotBeSyncedThrows) {
  Recorder recorder{place, files()};
  syncs.next_fails = true;
  EXPECT_THROW(recorder.begin_durably(records()), Error);
}

}  // namespace
}  // namespace shelduck::front
