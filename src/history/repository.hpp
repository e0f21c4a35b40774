// Repositories: create, get, update, delete and list the entities of a history.
//
//   RunRepository runs{store.connection()};
//   store.write(runs.create(started));           // ... as store::Record
//   const std::optional<RunRow> run = runs.get(id);
//   store.write(runs.update(id, {{"username", "ada"}}, {clock(), random}));
//   store.write(runs.remove(id));
//
// Reading asks the database. Changing only gives the journal records that say the change: they are
// durable, and the tables follow, when the caller has written them. A delete takes along what is
// below the entity, and refuses whatever of it arrives later.
// Threads: one, that of the connection, which must outlive the repository.
// Failure: Error(not_found) for an entity, or a parent, that is not there; Error(conflict) for an
//          id that is taken; Error(invalid_input) names field, value and rule.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/history/rows.hpp"

namespace shelduck::store {
class Connection;
}

namespace shelduck::history {

// A new value as text: an instant in RFC 3339, a number in decimal; none makes the field null.
struct FieldChange {
  std::string field;
  std::optional<std::string> value;
};

// What the versions of an update are made of; the highest version wins.
struct VersionSource {
  Instant now;
  RandomSource random;
};

namespace detail {

template <class Row>
struct CreationOf;
template <>
struct CreationOf<RunRow> {
  using Record = RunStarted;
};
template <>
struct CreationOf<ExecutionRow> {
  using Record = ExecutionStarted;
};
template <>
struct CreationOf<StepRow> {
  using Record = StepMeasured;
};
template <>
struct CreationOf<EstimateRow> {
  using Record = EstimateMade;
};
template <>
struct CreationOf<ForecastRow> {
  using Record = ForecastIssued;
};

}  // namespace detail

template <class Row>
class Repository {
 public:
  using Identity = decltype(Row::id);
  using Creation = typename detail::CreationOf<Row>::Record;

  explicit Repository(store::Connection& connection) : connection_(connection) {}

  // A row that is known only by its children or its end is a placeholder, and is given too.
  [[nodiscard]] std::optional<Row> get(const Identity& id) const;

  // The newest first, by the instant of its start (an estimate's making, a forecast's issue);
  // placeholders are left out.
  [[nodiscard]] std::vector<Row> list_recent(int limit) const;

  // The parent's facts in the key (source, start, run) are read from the parent.
  [[nodiscard]] EncodedRecord create(Creation record) const;

  [[nodiscard]] std::vector<EncodedRecord> update(const Identity& id,
                                                  std::span<const FieldChange> changes,
                                                  const VersionSource& versions) const;

  [[nodiscard]] EncodedRecord remove(const Identity& id) const;

 private:
  [[nodiscard]] Row require(const Identity& id) const;

  store::Connection& connection_;
};

using RunRepository = Repository<RunRow>;
using ExecutionRepository = Repository<ExecutionRow>;
using StepRepository = Repository<StepRow>;
using EstimateRepository = Repository<EstimateRow>;
using ForecastRepository = Repository<ForecastRow>;

extern template class Repository<RunRow>;
extern template class Repository<ExecutionRow>;
extern template class Repository<StepRow>;
extern template class Repository<EstimateRow>;
extern template class Repository<ForecastRow>;

}  // namespace shelduck::history
