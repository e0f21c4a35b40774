#include "shelduck/history/models.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/history/history_fixture.hpp"
#include "shelduck/history/prediction.hpp"
#include "shelduck/history/prediction_file.hpp"
#include "shelduck/history/remaining.hpp"
#include "shelduck/history/targets.hpp"

namespace shelduck::history {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

const Instant kFirstStart = parse_instant("2026-03-01T03:00:00Z")->instant;

// A name stands for each state: what a text looks like is no matter of this room.
class StatesByName {
 public:
  WriteModel write() {
    return [this](const forecast::ModelState& state) {
      states_.push_back(state);
      return std::to_string(states_.size() - 1);
    };
  }
  ReadModel read() const {
    return [this](std::string_view name) {
      if (name == "torn") throw Error{ErrorKind::invalid_input, "torn"};
      return states_.at(std::stoul(std::string{name}));
    };
  }

 private:
  std::vector<forecast::ModelState> states_;
};

RandomSource counting_random() {
  return [next = std::uint8_t{0}](std::span<std::uint8_t> bytes) mutable {
    for (std::uint8_t& byte : bytes) byte = ++next;
  };
}

struct Days {
  int first;
  int count;
};

// One success a day.
template <class SecondsOf>
void add_days_of(HistoryFixture& history, const std::string& plugin, const Days& days,
                 const SecondsOf& seconds_of) {
  std::vector<EncodedRecord> records;
  for (int day = days.first; day < days.first + days.count; ++day) {
    const Instant start = kFirstStart + hours{24 * day};
    const RunId run{derived_uuid("run" + std::to_string(day))};
    const ExecutionKey key{ExecutionId{derived_uuid(plugin + std::to_string(day))}, run, "host",
                           start};
    records.push_back(to_journal(RunStarted{.key = {run, "host", start}, .created_at = start}));
    records.push_back(
        to_journal(ExecutionStarted{.key = key, .plugin_name = plugin, .created_at = start}));
    records.push_back(to_journal(ExecutionEnded{
        .key = key, .end_time = start + milliseconds{static_cast<int>(1000 * seconds_of(day))}}));
  }
  history.apply(records);
}

// Its duration swings: only the one before tells the next.
void add_swinging_days(HistoryFixture& history, const std::string& plugin, int first, int days) {
  add_days_of(history, plugin, {first, days},
              [](int day) { return (day % 2 == 0 ? 100 : 160) + 7 * std::sin(day * 1.7); });
}

void apply_records(HistoryFixture& history, const std::vector<store::Record>& records) {
  std::vector<EncodedRecord> encoded;
  for (const store::Record& record : records) encoded.push_back({record.type, record.payload});
  history.apply(encoded);
}

Training train_all(HistoryFixture& history, StatesByName& states) {
  const RandomSource random = counting_random();
  const Training made =
      train_models(history.connection(), {}, {kFirstStart + hours{9999}, random, states.write()});
  apply_records(history, made.records);
  return made;
}

Instant before_day(int day) { return kFirstStart + hours{24 * day} - hours{1}; }

forecast::Forecast predicted(HistoryFixture& history, const ReadModel& read, int day) {
  const Prediction made = predict(history.connection(), {.read_model = read}, before_day(day));
  EXPECT_EQ(made.unreadable_models, 0U);
  return std::get<forecast::Forecast>(*made.plugins.at(0).targets.at(0));
}

TEST(Models, AreKeptAndGoOnWithNewRuns) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 60);
  EXPECT_NE(predicted(history, states.read(), 60).model, "ensemble") << "nothing is trained yet";

  const Training made = train_all(history, states);
  ASSERT_EQ(made.targets.size(), 1U);
  EXPECT_EQ(made.targets[0].subject.target, "wall_clock_seconds");
  EXPECT_EQ(history.lines("SELECT plugin_name, phase, target, model, n FROM models"),
            std::vector<std::string>{"apt|EXECUTE|wall_clock_seconds|ensemble|60"});
  const forecast::Forecast made_now = predicted(history, states.read(), 60);
  EXPECT_EQ(made_now.model, "ensemble");
  EXPECT_NEAR(made_now.point, 100, 15);

  add_swinging_days(history, "apt", 60, 1);
  const forecast::Forecast next = predicted(history, states.read(), 61);
  EXPECT_EQ(next.model, "ensemble");
  EXPECT_EQ(next.n, 61U);
  EXPECT_NEAR(next.point, 160, 15);
  EXPECT_NE(predicted(history, {}, 61).model, "ensemble") << "without a reader";
}

TEST(Models, AreKeptOnlyWhereTheyWereChosen) {
  HistoryFixture history;
  StatesByName states;
  add_days_of(history, "apt", {0, 40}, [](int) { return 100.0; });
  train_all(history, states);
  EXPECT_EQ(history.lines("SELECT model, n, state FROM models"),
            std::vector<std::string>{"together|40|\"\""});
}

TEST(Models, SpeakOfTheRemainingTimeAndForExec) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 60);
  train_all(history, states);
  const RemainingAnswer left = remaining(
      history.connection(), {.plugin_name = "apt", .read_model = states.read()}, before_day(60));
  EXPECT_NEAR(std::get<forecast::Forecast>(left.remaining).point, 100, 15);
  const PredictionTable table =
      prediction_table(history.connection(), before_day(60), states.read());
  ASSERT_EQ(table.rows.size(), 1U);
  EXPECT_EQ(table.rows[0].model, "ensemble");
}

TEST(Models, OfFewRunsSayHowManyAreNeeded) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 29);
  const Training made = train_all(history, states);
  EXPECT_TRUE(made.records.empty());
  EXPECT_EQ(to_json(document(made)),
            R"({"models":[{"plugin_name":"apt","phase":"EXECUTE","target":"wall_clock_seconds",)"
            R"("not_enough":{"have":29,"need":30}}]})");
}

TEST(Models, TrainedAgainTakeThePlaceOfTheOld) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 40);
  const RandomSource random = counting_random();
  const TrainingRecords late{before_day(41), random, states.write()};
  const Training newer = train_models(history.connection(), {}, late);
  const TrainingRecords early{before_day(40), random, states.write()};
  const Training older = train_models(history.connection(), {}, early);
  apply_records(history, newer.records);
  apply_records(history, older.records);
  EXPECT_EQ(history.lines("SELECT state FROM models"), std::vector<std::string>{"0"})
      << "the highest version wins, whichever comes first";
}

TEST(Models, ThatCannotBeReadAreLeftOutAndCounted) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 60);
  const RandomSource random = counting_random();
  const auto torn = [](const forecast::ModelState&) { return std::string{"torn"}; };
  apply_records(history,
                train_models(history.connection(), {}, {before_day(60), random, torn}).records);
  const Prediction made =
      predict(history.connection(), {.read_model = states.read()}, before_day(60));
  EXPECT_EQ(made.unreadable_models, 1U);
  EXPECT_NE(std::get<forecast::Forecast>(*made.plugins.at(0).targets.at(0)).model, "ensemble");
}

TEST(Models, TellTheirProgressAndStopWhereItThrows) {
  HistoryFixture history;
  StatesByName states;
  add_swinging_days(history, "apt", 0, 40);
  add_swinging_days(history, "snap", 0, 40);
  const RandomSource random = counting_random();
  std::vector<std::size_t> heard;
  TrainOptions options{.progress = [&](std::size_t done, std::size_t all) {
    heard.push_back(done);
    EXPECT_EQ(all, 2U);
  }};
  (void)train_models(history.connection(), options, {before_day(40), random, states.write()});
  EXPECT_EQ(heard, std::vector<std::size_t>{0});
  options.progress = [](std::size_t, std::size_t) { throw Error{ErrorKind::cancelled, "enough"}; };
  EXPECT_THROW(
      (void)train_models(history.connection(), options, {before_day(40), random, states.write()}),
      Error);
  EXPECT_THROW((void)train_models(history.connection(), {.plugins = {"nobody"}},
                                  {before_day(40), random, states.write()}),
               Error);
}

}  // namespace
}  // namespace shelduck::history
