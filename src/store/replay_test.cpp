// Store and journal over the same simulated disk: the rules of positions and syncs, with a plain
// table in the place of the database. What a power cut does to both is decided by one seed.
#include "shelduck/store/replay.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/testing/simulated_disk.hpp"
#include "shelduck/journal/writer.hpp"

namespace shelduck::store::detail {
namespace {

using journal::testing::Fault;
using journal::testing::Operation;
using journal::testing::SimulatedDisk;
using journal::testing::SimulatedProcess;
using journal::testing::Step;

constexpr std::uint16_t kWord = 1;
constexpr const char* kDatabase = "/d/h.duckdb";
constexpr const char* kFolder = "/d/h.duckdb.journal";
constexpr const char* kTable = "/d/table";

// Rows and positions in one file that is replaced as a whole: a transaction.
class TableOnDisk final : public Ledger {
 public:
  explicit TableOnDisk(journal::FileSystem& files) : files_(files) { load(); }

  [[nodiscard]] Positions positions() override { return positions_; }

  void store(std::span<const Frame> frames) override {
    if (is_full) throw Error{ErrorKind::exhausted, "no space in the table"};
    std::map<std::string, int> rows = rows_;
    Positions positions = positions_;
    for (const Frame& frame : frames) {
      ++rows[std::string(frame.payload)];
      positions[frame.position.segment] = frame.position.sequence;
    }
    save(rows, positions);
    rows_ = std::move(rows);
    positions_ = std::move(positions);
  }

  void store_damage(const journal::DamagedRange&) override { ++damages; }

  [[nodiscard]] const std::map<std::string, int>& rows() const { return rows_; }

  bool is_full = false;
  int damages = 0;

 private:
  void load() {
    const auto file = files_.open(kTable, journal::Access::read);
    if (!file) return;
    std::string text(file->status().bytes, '\0');
    text.resize(file->read_at(0, text));
    std::istringstream lines{text};
    for (std::string kind, name; lines >> kind >> name;) {
      std::uint64_t value = 0;
      lines >> value;
      if (kind == "row") rows_[name] = static_cast<int>(value);
      if (kind == "at") positions_[parse_uuid(name).value()] = value;
    }
  }

  void save(const std::map<std::string, int>& rows, const Positions& positions) {
    std::string text;
    for (const auto& [name, count] : rows)
      text += "row " + name + " " + std::to_string(count) + "\n";
    for (const auto& [id, at] : positions) {
      text += "at " + to_string(id) + " " + std::to_string(at) + "\n";
    }
    files_.remove("/d/table.new");
    const auto file = files_.create("/d/table.new");
    file->write_at(0, text);
    file->sync_data();
    files_.rename("/d/table.new", kTable);
    files_.sync_directory("/d");
  }

  journal::FileSystem& files_;
  std::map<std::string, int> rows_;
  Positions positions_;
};

struct World {
  World() {
    disk.put("/d/", "");
    SimulatedProcess maker{disk, 1};
    identity = journal::make_journal(maker, kFolder, {Uuid{{1, 2, 3}}, "history"});
  }

  [[nodiscard]] journal::WriterOptions writer_options() const {
    return {.database = kDatabase,
            .domain = "history",
            .types = {{kWord, RecordClass::ordinary}},
            .clock = clock,
            .random = random};
  }

  [[nodiscard]] journal::BacklogOptions backlog_options() const {
    journal::BacklogOptions options;
    options.directory = kFolder;
    options.reader = {identity, {kWord}};
    return options;
  }

  SimulatedDisk disk;
  journal::Identity identity;
  Clock clock = [now = std::make_shared<std::int64_t>(1'780'000'000)] {
    return Instant{std::chrono::seconds{++*now}};
  };
  RandomSource random = [engine =
                             std::make_shared<std::mt19937_64>(7)](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((*engine)());
  };
};

void write(journal::Writer& writer, const std::string& word) {
  const journal::RecordView view{kWord, word};
  writer.commit(writer.append({&view, 1}));
}

// One owner session in a process of its own; what the table holds afterwards.
std::map<std::string, int> replay(World& world, std::int64_t process_id,
                                  const ReplayOptions& options = {}) {
  SimulatedProcess process{world.disk, process_id};
  journal::Backlog backlog{process, world.backlog_options()};
  TableOnDisk table{process};
  Replay{backlog, table, options}.run();
  return table.rows();
}

TEST(Replay, TakesEveryAcknowledgedRecordOnce) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::Writer writer{process, world.writer_options()};
  for (int i = 0; i < 10; ++i) write(writer, "w" + std::to_string(i));
  EXPECT_EQ(replay(world, 3).size(), 10U);
  write(writer, "w10");
  const auto rows = replay(world, 4);
  EXPECT_EQ(rows.size(), 11U);
  for (const auto& [word, count] : rows) EXPECT_EQ(count, 1) << word;
}

TEST(Replay, SmallBatchesGiveTheSameRows) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::Writer writer{process, world.writer_options()};
  for (int i = 0; i < 23; ++i) write(writer, "w" + std::to_string(i));
  const auto rows = replay(world, 3, {.batch_frames = 4});
  EXPECT_EQ(rows.size(), 23U);
  for (const auto& [word, count] : rows) EXPECT_EQ(count, 1) << word;
}

// A writer that lives has written but not synced: it may yet declare those frames void, so they
// wait until it has acknowledged them.
TEST(Replay, LeavesFramesThatTheirLivingWriterHasNotSynced) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::Writer writer{process, world.writer_options()};
  write(writer, "first");
  std::map<std::string, int> seen;
  bool is_in = false;
  world.disk.before_step([&](const Step& step) {
    if (is_in || step.process != 2 || step.operation != Operation::sync_data) return;
    is_in = true;
    seen = replay(world, 3);
  });
  write(writer, "second");
  world.disk.before_step({});
  EXPECT_EQ(seen, (std::map<std::string, int>{{"first", 1}}));
  EXPECT_EQ(replay(world, 4).at("second"), 1) << "acknowledged";
}

TEST(Replay, LeavesTheFramesOfALivingImportUntilItIsAskedForThem) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::WriterOptions options = world.writer_options();
  options.shelf = journal::Shelf::import;
  options.segment_bytes = 1;  // each word has a segment of its own, and all are held
  std::optional<journal::Writer> writer{std::in_place, process, options};
  std::vector<journal::OpenStart> held;
  for (int i = 0; i < 5; ++i) {
    const std::string word = "w" + std::to_string(i);
    const journal::RecordView view{kWord, word};
    const journal::Ticket ticket = writer->append({&view, 1});
    writer->commit(ticket);
    held.push_back(writer->hold(ticket));
  }
  EXPECT_EQ(replay(world, 3).size(), 0U);
  const ReplayOptions slice{.frames = Frames::of_imports, .frames_max = 2};
  EXPECT_EQ(replay(world, 4, slice).size(), 2U);
  EXPECT_EQ(replay(world, 5, slice).size(), 4U);
  held.clear();
  writer.reset();
  EXPECT_EQ(replay(world, 6).size(), 5U) << "it is over, so everybody waits for it";
}

// One batch that is written and not synced; then its writer is killed.
void leave_unsynced(World& world, const std::string& word) {
  SimulatedProcess killed{world.disk, 2};
  journal::Writer writer{killed, world.writer_options()};
  const journal::RecordView view{kWord, word};
  writer.write(writer.append({&view, 1}));
  killed.kill();
}

// A power cut right after the owner's commit must not leave its position beyond the end of the
// segment.
TEST(Replay, SyncsFramesThatItsWriterHasNotSyncedBeforeTheirPositionIsStored) {
  World world;
  leave_unsynced(world, "second");
  ASSERT_EQ(replay(world, 3).count("second"), 1U);
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    const auto image = world.disk.after_power_cut(seed);
    SimulatedProcess after{*image, 5};
    journal::Backlog backlog{after, world.backlog_options()};
    TableOnDisk table{after};
    const ReplayReport report = Replay{backlog, table, {}}.run();
    EXPECT_TRUE(report.beyond_end.empty());
    EXPECT_EQ(table.rows().at("second"), 1);
  }
}

// The rule's own story, from here on: a writer leaves unsynced frames and dies, the owner applies
// them, power cut, adoption, acknowledged appends, apply.
//
// Its first half. The power goes before the owner's `steps`th call to the disk, or when it has
// ended; true: it had. The writer that dies has adopted the segment, so that a power cut can leave
// a tail that is adopted again.
bool owner_ends_before_the_power_does(World& world, std::uint64_t steps, std::uint64_t seed) {
  {
    SimulatedProcess process{world.disk, 1};
    journal::Writer writer{process, world.writer_options()};
    write(writer, "first");
  }
  {
    SimulatedProcess process{world.disk, 2};
    journal::Writer writer{process, world.writer_options()};
    const std::array<journal::RecordView, 2> views{{{kWord, "second"}, {kWord, "third"}}};
    writer.write(writer.append(views));
    process.kill();
    process.become(-1);  // its Writer writes nothing when it is destroyed
  }
  std::uint64_t seen = 0;
  world.disk.before_step([&](const Step&) {
    if (++seen == steps) world.disk.power_cut(seed);
  });
  bool has_ended = true;
  try {
    replay(world, 3);
  } catch (const journal::testing::ProcessDied&) {
    has_ended = false;
  }
  world.disk.before_step({});
  if (has_ended) world.disk.power_cut(seed);
  return has_ended;
}

// Its second half. More is appended than was applied, so that a position behind which the adopter
// writes would hide some of it.
void expect_nothing_hidden_by_the_position(World& world, const std::string& where) {
  std::map<std::string, int> expected;
  {
    SimulatedProcess reader{world.disk, 5};
    expected = TableOnDisk{reader}.rows();  // what the power cut left of what was applied
  }
  expected["first"] = 1;
  {
    SimulatedProcess process{world.disk, 6};
    journal::Writer adopter{process, world.writer_options()};
    for (const char* word : {"fourth", "fifth", "sixth"}) {
      write(adopter, word);
      expected[word] = 1;
    }
  }
  const std::map<std::string, int> rows = replay(world, 7);
  for (const auto& [word, count] : expected) {
    EXPECT_EQ(count, 1) << word << " was applied twice, " << where;
    EXPECT_EQ(rows.count(word), 1U) << word << " is lost, " << where;
  }
  for (const auto& [word, count] : rows) EXPECT_EQ(count, 1) << word << ", " << where;
}

TEST(Replay, AnAcknowledgedAppendAfterAPowerCutIsNeverBehindThePosition) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    World world;
    ASSERT_TRUE(owner_ends_before_the_power_does(world, 0, seed));
    SimulatedProcess reader{world.disk, 4};
    const std::map<std::string, int> applied{{"first", 1}, {"second", 1}, {"third", 1}};
    ASSERT_EQ(TableOnDisk{reader}.rows(), applied) << "unsynced frames of the dead, applied";
    expect_nothing_hidden_by_the_position(world, "seed " + std::to_string(seed));
  }
}

TEST(Replay, NorWhenThePowerGoesAtAnyStepOfTheOwner) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    std::uint64_t steps = 1;
    for (bool has_ended = false; !has_ended; ++steps) {
      World world;
      has_ended = owner_ends_before_the_power_does(world, steps, seed);
      expect_nothing_hidden_by_the_position(
          world, "step " + std::to_string(steps) + ", seed " + std::to_string(seed));
    }
    EXPECT_GT(steps, 10U) << "the owner took hardly a step";
  }
}

TEST(Replay, NothingMoreOfASegmentIsAppliedAfterItsSyncFailed) {
  World world;
  leave_unsynced(world, "word");
  SimulatedProcess owner{world.disk, 3};
  journal::Backlog backlog{owner, world.backlog_options()};
  TableOnDisk table{owner};
  world.disk.fail_with([](const Step& step) {
    const bool is_segment = step.path.find(".seg") != std::string::npos;
    return is_segment && step.operation == Operation::sync_data ? Fault::error : Fault::none;
  });
  EXPECT_EQ((Replay{backlog, table, {}}.run().waiting), 1U);
  world.disk.fail_with({});
  EXPECT_EQ((Replay{backlog, table, {}}.run().waiting), 1U) << "a failed sync is final";
  EXPECT_TRUE(table.rows().empty());
  owner.kill();
  // Whoever owns it next has nothing but the bytes: it writes them anew before it syncs them.
  EXPECT_EQ(replay(world, 4).at("word"), 1);
}

TEST(Replay, WithoutSpaceItCountsWhatWaitsAndAppliesItLater) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::Writer writer{process, world.writer_options()};
  for (int i = 0; i < 5; ++i) write(writer, "w" + std::to_string(i));
  SimulatedProcess owner{world.disk, 3};
  journal::Backlog backlog{owner, world.backlog_options()};
  TableOnDisk table{owner};
  table.is_full = true;
  const ReplayReport full = Replay{backlog, table, {.batch_frames = 2}}.run();
  EXPECT_EQ(full.waiting, 5U);
  EXPECT_EQ(full.applied, 0U);
  EXPECT_TRUE(full.ended.empty());
  table.is_full = false;
  EXPECT_EQ((Replay{backlog, table, {}}.run().applied), 5U);
}

TEST(Replay, DamageIsReportedAndTheRestGoesOn) {
  World world;
  {
    SimulatedProcess process{world.disk, 2};
    journal::Writer writer{process, world.writer_options()};
    for (int i = 0; i < 6; ++i) write(writer, "word" + std::to_string(i));
  }
  SimulatedProcess owner{world.disk, 3};
  const auto segments = journal::list_segments(owner, kFolder);
  ASSERT_EQ(segments.size(), 1U);
  const std::size_t at = world.disk.content(segments[0].path)->find("word2");
  world.disk.flip_bit(segments[0].path, at);
  journal::Backlog backlog{owner, world.backlog_options()};
  TableOnDisk table{owner};
  const ReplayReport report = Replay{backlog, table, {}}.run();
  EXPECT_EQ(report.damaged.size(), 1U);
  EXPECT_EQ(table.damages, 1);
  EXPECT_EQ(table.rows().size(), 5U);
  EXPECT_EQ(table.rows().count("word2"), 0U);
}

TEST(Replay, UptoStopsAtTheGivenPositions) {
  World world;
  SimulatedProcess process{world.disk, 2};
  journal::Writer writer{process, world.writer_options()};
  const journal::RecordView view{kWord, "one"};
  const journal::Ticket ticket = writer.append({&view, 1});
  writer.commit(ticket);
  const Position position = writer.position(ticket);
  write(writer, "two");
  const auto rows = replay(world, 3, {.upto = Positions{{position.segment, position.sequence}}});
  EXPECT_EQ(rows, (std::map<std::string, int>{{"one", 1}}));
}

// Random schedules of writers and owners with kills and power cuts.
class Schedule {
 public:
  explicit Schedule(std::uint64_t seed) : engine_(seed) {}

  void run() {
    for (int i = 0; i < 40; ++i) act();
    for (auto& writer : writers_) writer = {};
    last_ = replay(world_, ++process_);
  }

  // How many writers died between write and sync.
  [[nodiscard]] int unsynced() const { return unsynced_; }

  void judge(std::uint64_t seed) const {
    for (const std::string& word : acknowledged_) {
      EXPECT_EQ(last_.count(word), 1U) << word << " is lost, seed " << seed;
    }
    for (const auto& [word, count] : last_) {
      EXPECT_EQ(count, 1) << word << " twice, seed " << seed;
      EXPECT_EQ(attempted_.count(word), 1U) << word << " was invented, seed " << seed;
    }
  }

 private:
  struct Process {
    std::unique_ptr<SimulatedProcess> files;
    std::unique_ptr<journal::Writer> writer;

    Process& operator=(Process&& other) noexcept {
      writer = std::move(other.writer);
      files = std::move(other.files);
      return *this;
    }
    Process() = default;
    Process(Process&&) = default;
    ~Process() {
      if (files && files->is_dead()) files->become(-1);
      writer.reset();
    }
  };

  std::uint64_t draw(std::uint64_t below) { return engine_() % below; }

  void act() {
    const std::uint64_t what = draw(20);
    if (what < 11) return append(writers_[draw(writers_.size())]);
    if (what < 14) return die_before_the_sync(writers_[draw(writers_.size())]);
    if (what < 17) {
      replay(world_, ++process_);
    } else if (what < 18) {
      writers_[draw(writers_.size())] = {};
    } else {
      for (auto& writer : writers_) writer = {};
      world_.disk.power_cut(engine_());
    }
  }

  void begin(Process& process) {
    if (process.writer) return;
    process.files = std::make_unique<SimulatedProcess>(world_.disk, ++process_);
    process.writer = std::make_unique<journal::Writer>(*process.files, world_.writer_options());
  }

  std::string new_word() {
    std::string word = "w" + std::to_string(attempted_.size());
    attempted_.insert(word);
    return word;
  }

  // Between its write and its sync.
  void die_before_the_sync(Process& process) {
    begin(process);
    const std::string word = new_word();
    const journal::RecordView view{kWord, word};
    const journal::Ticket ticket = process.writer->append({&view, 1});
    process.writer->write(ticket);
    world_.disk.before_step([&](const Step& step) {
      if (step.operation == Operation::sync_data) process.files->kill();
    });
    try {
      process.writer->commit(ticket);
      ADD_FAILURE() << word << " was acknowledged without a sync";
    } catch (const journal::testing::ProcessDied&) {
      ++unsynced_;
    }
    world_.disk.before_step({});
    process.files->become(-1);
    process = {};
  }

  void append(Process& process) {
    begin(process);
    const std::string word = new_word();
    const std::uint64_t owner_steps_in = draw(3);
    bool is_in = false;
    world_.disk.before_step([&](const Step& step) {
      if (is_in || owner_steps_in != 0 || step.operation != Operation::sync_data) return;
      is_in = true;
      replay(world_, ++process_);
    });
    write(*process.writer, word);
    world_.disk.before_step({});
    acknowledged_.insert(word);
  }

  World world_;
  std::mt19937_64 engine_;
  std::int64_t process_ = 10;
  std::array<Process, 3> writers_;
  std::set<std::string> attempted_;
  std::set<std::string> acknowledged_;
  std::map<std::string, int> last_;
  int unsynced_ = 0;
};

TEST(Replay, RandomSchedulesLoseNothingAndRepeatNothing) {
  int unsynced = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    Schedule schedule{seed};
    schedule.run();
    schedule.judge(seed);
    unsynced += schedule.unsynced();
  }
  EXPECT_GT(unsynced, 300) << "hardly a writer died between write and sync";
}

}  // namespace
}  // namespace shelduck::store::detail
