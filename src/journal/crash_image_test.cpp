// Power cuts, kills, failed writes and syncs over random schedules of several writers and an owner
// that applies, archives and packs. After every image: no acknowledged record lost, none applied
// twice, none invented.
//
// SHELDUCK_CRASH_IMAGES sets how many images are made in all (20000 by default),
// SHELDUCK_CRASH_SEED the seed of the first schedule. A failure names its schedule's seed: run that
// one alone with SHELDUCK_CRASH_IMAGES=1.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <iostream>
#include <map>
#include <set>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/archive.hpp"
#include "shelduck/journal/test_journal.hpp"

namespace shelduck::journal {
namespace {

using testing::Fault;
using testing::Operation;
using testing::ProcessDied;
using testing::SimulatedDisk;
using testing::SimulatedProcess;
using testing::Step;

constexpr std::int64_t kOwner = 1;
constexpr std::size_t kWriters = 3;

// What the owner's database holds: it takes rows and position in one transaction.
struct Database {
  std::map<std::string, int> applied;
  std::map<Uuid, std::uint64_t> positions;
};

// What the world outside knows.
struct Knowledge {
  std::set<std::string> attempted;
  std::set<std::string> acknowledged;
};

// Written, and not yet synced by its writer.
struct Written {
  Ticket ticket;
  std::vector<std::string> names;
};

struct WriterProcess {
  std::unique_ptr<SimulatedProcess> process;
  std::unique_ptr<Writer> writer;
  std::vector<OpenStart> open;
  std::vector<Written> written;

  // The writer goes before the process whose files it uses.
  void end() {
    open.clear();
    written.clear();
    writer.reset();
    process.reset();
  }
};

struct OwnerProcess {
  std::unique_ptr<SimulatedProcess> process;
  std::unique_ptr<Backlog> backlog;

  void end() {
    backlog.reset();
    process.reset();
  }
};

std::uint64_t number_of(const char* name, std::uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : chance_(seed), random_(seeded_random(seed)) {
    journal_.random = random_;
    journal_.disk.seed_faults(seed);
  }

  // Returns how many images it has checked.
  std::uint64_t run() {
    for (int epoch = 0; epoch < 3 && !::testing::Test::HasFatalFailure(); ++epoch) {
      faults_allowed_ = one_in(2);
      journal_.disk.before_step([this](const Step& step) { step_in(step); });
      journal_.disk.fail_with([this](const Step& step) { return fault_at(step); });
      for (int turn = 0; turn < 30; ++turn) take_turn(-1);
      end_of_epoch();
    }
    // Nobody steps in any more when the last processes end.
    journal_.disk.before_step({});
    journal_.disk.fail_with({});
    return images_;
  }

 private:
  bool one_in(std::uint64_t count) { return chance_() % count == 0; }

  void take_turn(std::int64_t except) {
    const auto actor = static_cast<std::int64_t>(chance_() % (kWriters + 1)) + kOwner;
    if (actor == except) return;
    if (actor == kOwner) {
      owner_turn();
    } else {
      writer_turn(writers_[static_cast<std::size_t>(actor - kOwner - 1)], actor);
    }
  }

  void step_in(const Step& step) {
    if (::testing::Test::HasFatalFailure()) return;
    if (one_in(4)) check_image();
    if (one_in(25)) take_turn(step.process);
    if (one_in(150)) kill(step.process);
  }

  void kill(std::int64_t id) {
    if (id == kOwner) {
      if (owner_.process) owner_.process->kill();
    } else if (auto& writer = writers_[static_cast<std::size_t>(id - kOwner - 1)]; writer.process) {
      writer.process->kill();
    }
  }

  Fault fault_at(const Step& step) {
    const bool can_fail =
        step.operation == Operation::write || step.operation == Operation::sync_data ||
        step.operation == Operation::sync_directory || step.operation == Operation::rename;
    if (!faults_allowed_ || !can_fail || !one_in(40)) return Fault::none;
    const bool can_be_partial =
        step.operation == Operation::write || step.operation == Operation::sync_data;
    return can_be_partial && one_in(2) ? Fault::partly : Fault::error;
  }

  void writer_turn(WriterProcess& actor, std::int64_t id) {
    try {
      if (!actor.writer) {
        actor.end();
        actor.process = std::make_unique<SimulatedProcess>(journal_.disk, id);
        WriterOptions options = journal_.options();
        options.segment_bytes = 700;
        actor.writer = std::make_unique<Writer>(*actor.process, options);
      }
      record_some(actor, id);
      if (one_in(4)) actor.end();
    } catch (const ProcessDied&) {
      actor.end();
    } catch (const Error&) {
      // Nothing of it was promised.
    }
  }

  void record_some(WriterProcess& actor, std::int64_t id) {
    std::vector<std::string> names;
    std::vector<RecordView> records;
    for (std::uint64_t i = 0; i <= chance_() % 3; ++i) {
      names.push_back("w" + std::to_string(id) + " " + std::to_string(known_.attempted.size()));
      known_.attempted.insert(names.back());
    }
    for (const std::string& name : names) records.push_back({kStart, name});
    const Ticket ticket = actor.writer->append(records);
    if (one_in(5)) actor.open.push_back(actor.writer->hold(ticket));
    if (one_in(8)) return;
    if (one_in(3)) {
      actor.writer->write(ticket);
      actor.written.push_back({ticket, names});
      return;
    }
    actor.writer->commit(ticket);
    known_.acknowledged.insert(names.begin(), names.end());
    acknowledge_written(actor);
  }

  // The commit has synced them too, but for those whose segment had failed before.
  void acknowledge_written(WriterProcess& actor) {
    for (const Written& written : std::exchange(actor.written, {})) {
      try {
        actor.writer->commit(written.ticket);
        known_.acknowledged.insert(written.names.begin(), written.names.end());
      } catch (const Error&) {
        // Nothing of it was promised.
      }
    }
  }

  void owner_turn() {
    try {
      if (!owner_.backlog) {
        owner_.end();
        owner_.process = std::make_unique<SimulatedProcess>(journal_.disk, kOwner);
        owner_.backlog = std::make_unique<Backlog>(*owner_.process, journal_.backlog());
      }
      apply_and_keep(*owner_.process, *owner_.backlog);
      if (one_in(6)) owner_.end();
    } catch (const ProcessDied&) {
      owner_.end();
    } catch (const Error&) {
      owner_.end();
    }
  }

  void apply_and_keep(SimulatedProcess& process, Backlog& backlog) {
    Archive archive(process, journal_.directory);
    backlog.scan();
    for (SegmentReader* const segment : backlog.segments()) {
      if (segment->is_settled()) continue;
      segment->seek(database_.positions[segment->file().id]);
      if (!one_in(4)) static_cast<void>(backlog.try_own(*segment));
      apply(*segment, one_in(3) ? 1 : 100);
      if (!segment->owned()) continue;
      const bool whole = database_.positions[segment->file().id] >= segment->last_record();
      if (segment->ends_before_position()) backlog.close_beyond_end(*segment);
      if (whole && segment->end() != SegmentEnd::live && one_in(3)) (void)archive.keep(*segment);
      if (one_in(2)) continue;  // it is synced and let go with those after it
      archive.sync();
      if (whole && one_in(2)) segment->settle();
      segment->disown();
    }
    archive.sync();
    for (SegmentReader* const segment : backlog.segments()) segment->disown();
    if (one_in(4)) archive.pack(archive.list(), journal_.clock, random_);
    if (one_in(4)) archive.tidy();
    if (one_in(4)) backlog.remove_leftovers();
  }

  void apply(SegmentReader& segment, std::size_t at_most) {
    std::vector<std::string> rows;
    std::uint64_t sequence = 0;
    while (rows.size() < at_most) {
      const auto record = segment.next();
      if (!record) break;
      rows.emplace_back(record->payload);
      sequence = record->sequence;
    }
    if (rows.empty()) return;
    segment.make_durable(sequence);
    for (const std::string& row : rows) ++database_.applied[row];
    database_.positions[segment.file().id] = sequence;
  }

  void check_image() {
    ++images_;
    const auto disk = journal_.disk.after_power_cut(chance_());
    Database database = database_;
    apply_all(*disk, journal_.backlog(), database);
    Database rebuilt;
    apply_all(*disk, journal_.backlog(Include::archive_and_journal), rebuilt);
    expect_right(database, "image");
    expect_right(rebuilt, "rebuilt from archive and journal");
    for (const auto& [row, times] : database.applied) {
      ASSERT_TRUE(rebuilt.applied.contains(row)) << "not in archive and journal: " << row;
    }
  }

  void apply_all(SimulatedDisk& disk, const BacklogOptions& options, Database& database) {
    SimulatedProcess owner{disk, 900};
    Backlog backlog(owner, options);
    backlog.scan();
    for (SegmentReader* const segment : backlog.segments()) {
      ASSERT_TRUE(backlog.try_own(*segment)) << segment->file().path;
      const std::uint64_t position = database.positions[segment->file().id];
      segment->seek(position);
      ASSERT_TRUE(segment->damaged().empty()) << "judged as corrupt: " << segment->file().path;
      ASSERT_FALSE(segment->ends_before_position()) << segment->file().path;
      while (const auto record = segment->next()) ++database.applied[std::string(record->payload)];
    }
  }

  void expect_right(const Database& database, std::string_view where) {
    for (const std::string& row : known_.acknowledged) {
      ASSERT_TRUE(database.applied.contains(row)) << where << ": lost " << row;
    }
    for (const auto& [row, times] : database.applied) {
      ASSERT_EQ(times, 1) << where << ": twice " << row;
      ASSERT_TRUE(known_.attempted.contains(row)) << where << ": invented " << row;
    }
  }

  // Every process ends, half the time by a power cut, which the next epoch lives with.
  void end_of_epoch() {
    const bool cut = one_in(2);
    if (cut) {
      journal_.disk.before_step({});
      journal_.disk.fail_with({});
      journal_.disk.power_cut(chance_());
    }
    for (WriterProcess& writer : writers_) writer.end();
    owner_.end();
  }

  std::mt19937_64 chance_;
  RandomSource random_;
  TestJournal journal_;
  Database database_;
  Knowledge known_;
  std::array<WriterProcess, kWriters> writers_;
  OwnerProcess owner_;
  bool faults_allowed_ = false;
  std::uint64_t images_ = 0;
};

class CrashImages : public ::testing::TestWithParam<std::uint64_t> {};

constexpr std::uint64_t kShards = 4;

TEST_P(CrashImages, LoseNothingRepeatNothingInventNothing) {
  const std::uint64_t wanted = number_of("SHELDUCK_CRASH_IMAGES", 20'000) / kShards;
  const std::uint64_t first = number_of("SHELDUCK_CRASH_SEED", 1) + GetParam();
  std::uint64_t images = 0;
  std::uint64_t seed = first;
  for (; images <= wanted; seed += kShards) {
    SCOPED_TRACE("schedule SHELDUCK_CRASH_SEED=" + std::to_string(seed));
    images += Schedule(seed).run();
    if (HasFailure()) return;
  }
  std::cout << images << " crash images, seeds " << first << " to " << seed - kShards << " by "
            << kShards << "\n";
}

INSTANTIATE_TEST_SUITE_P(Shard, CrashImages, ::testing::Range<std::uint64_t>(0, kShards));

}  // namespace
}  // namespace shelduck::journal
