#include "shelduck/interop/stored_history.hpp"

#include <algorithm>
#include <cstring>

#include "shelduck/core/encoding.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::interop {

using history::encode;
using history::ExecutionId;
using history::RunId;
using history::StoredEntries;
using history::StoredSums;

namespace {

// What a frame between two processes has room for.
constexpr std::size_t kIdsAtOnce = 100'000;

enum class Subject : std::uint8_t { horizons, entries, sums, forecasts, aliases, updates };

struct StoredQuestion {
  Subject subject = Subject::horizons;
  std::string ids{};
  std::string runs{};

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.subject), visit(2, r.ids), visit(3, r.runs);
  }
};

struct HorizonRow {
  std::string source;
  Instant cutoff;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.source), visit(2, r.cutoff);
  }
};

struct ExecutionRow {
  history::StoredExecution stored;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.stored.key.execution_id), visit(2, r.stored.key.run_id);
    visit(3, r.stored.key.source), visit(4, r.stored.key.start_time);
    visit(5, r.stored.end_time), visit(6, r.stored.is_ended), visit(7, r.stored.steps);
  }
};

struct RunRow {
  history::StoredRun stored;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.stored.key.run_id), visit(2, r.stored.key.source), visit(3, r.stored.key.start_time);
    visit(4, r.stored.end_time), visit(5, r.stored.is_ended), visit(6, r.stored.status);
  }
};

struct SumsRow {
  StoredSums sums;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.sums.executions), visit(2, r.sums.steps), visit(3, r.sums.wall_clock_seconds);
  }
};

struct VersionRow {
  Uuid id;  // of an update
  std::string name;
  Uuid version;

  template <class Visitor, class Self>
  static void fields(Visitor& visit, Self& r) {
    visit(1, r.id), visit(2, r.name), visit(3, r.version);
  }
};

// What a list of rows or ids is made of, by its number in the answer.
constexpr std::uint32_t kRows = 1;
constexpr std::uint32_t kRunRows = 2;
constexpr std::uint32_t kDeleted = 3;
constexpr std::uint32_t kUpdated = 4;

Uuid uuid_of(Uuid id) { return id; }
template <class Tag>
Uuid uuid_of(const Id<Tag>& id) {
  return id.uuid;
}

template <class Ids>
std::string pack_ids(const Ids& ids) {
  std::string bytes;
  bytes.reserve(std::size(ids) * sizeof(Uuid));
  for (const auto& id : ids) {
    const Uuid uuid = uuid_of(id);
    bytes.append(reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size());
  }
  return bytes;
}

template <class IdType>
std::vector<IdType> unpack_ids(std::string_view bytes) {
  if (bytes.size() % sizeof(Uuid) != 0) {
    throw Error{ErrorKind::corrupt, "what an import asked or heard is no list of ids"};
  }
  std::vector<IdType> ids;
  ids.reserve(bytes.size() / sizeof(Uuid));
  for (; !bytes.empty(); bytes.remove_prefix(sizeof(Uuid))) {
    Uuid uuid;
    std::memcpy(uuid.bytes.data(), bytes.data(), uuid.bytes.size());
    ids.push_back(IdType{uuid});
  }
  return ids;
}

std::string answer_entries(store::Connection& connection, const StoredQuestion& question) {
  const StoredEntries entries = history::stored_entries(
      connection, unpack_ids<ExecutionId>(question.ids), unpack_ids<RunId>(question.runs));
  FieldWriter answer;
  for (const auto& [id, stored] : entries.executions) {
    answer.write(kRows, std::string_view{encode(ExecutionRow{stored})});
  }
  for (const auto& [id, stored] : entries.runs) {
    answer.write(kRunRows, std::string_view{encode(RunRow{stored})});
  }
  answer.write(kDeleted, std::string_view{pack_ids(entries.deleted)});
  answer.write(kUpdated, std::string_view{pack_ids(entries.updated)});
  return answer.take();
}

std::string answer_horizons(store::Connection& connection) {
  FieldWriter answer;
  for (const auto& [source, cutoff] : history::prune_horizons(connection)) {
    answer.write(kRows, std::string_view{encode(HorizonRow{source, cutoff})});
  }
  return answer.take();
}

std::string answer_aliases(store::Connection& connection) {
  FieldWriter answer;
  for (const auto& [name, version] : history::alias_versions(connection)) {
    answer.write(kRows, std::string_view{encode(VersionRow{{}, name, version})});
  }
  return answer.take();
}

std::string answer_updates(store::Connection& connection, const StoredQuestion& question) {
  FieldWriter answer;
  for (const auto& [key, version] :
       history::update_versions(connection, unpack_ids<Uuid>(question.ids))) {
    answer.write(kRows, std::string_view{encode(VersionRow{key.first, key.second, version})});
  }
  return answer.take();
}

// Rows of an answer, one after the other.
template <class Take>
void for_each_field(std::string_view answer, const Take& take) {
  FieldReader reader{answer};
  while (const auto field = reader.next()) take(*field);
}

void add_entries(StoredEntries& entries, std::string_view answer) {
  for_each_field(answer, [&](const RawField& field) {
    if (field.number == kRows) {
      auto stored = history::decode<ExecutionRow>(field.bytes).stored;
      entries.executions.emplace(stored.key.execution_id, std::move(stored));
    } else if (field.number == kRunRows) {
      auto stored = history::decode<RunRow>(field.bytes).stored;
      entries.runs.emplace(stored.key.run_id, std::move(stored));
    } else {
      auto& ids = field.number == kDeleted ? entries.deleted : entries.updated;
      for (const Uuid& id : unpack_ids<Uuid>(field.bytes)) ids.insert(id);
    }
  });
}

template <class IdType>
std::string_view packed_part(const std::string& packed, std::span<const IdType> ids,
                             std::size_t first) {
  const std::size_t begin = std::min(first, ids.size());
  const std::size_t count = std::min(kIdsAtOnce, ids.size() - begin);
  return std::string_view{packed}.substr(begin * sizeof(Uuid), count * sizeof(Uuid));
}

}  // namespace

ImportTarget target_of(store::Store& store) {
  return {.ask =
              [&store](std::string_view question) {
                return answer_import_question(store.connection(), question);
              },
          .write = [&store](std::span<const store::Record> records) { store.write(records); }};
}

std::string answer_import_question(store::Connection& connection, std::string_view question) {
  const auto asked = history::decode<StoredQuestion>(question);
  switch (asked.subject) {
    case Subject::horizons:
      return answer_horizons(connection);
    case Subject::entries:
      return answer_entries(connection, asked);
    case Subject::sums:
      return encode(SumsRow{history::stored_sums(connection, unpack_ids<ExecutionId>(asked.ids))});
    case Subject::forecasts:
      return pack_ids(history::known_forecasts(connection, unpack_ids<Uuid>(asked.ids)));
    case Subject::aliases:
      return answer_aliases(connection);
    case Subject::updates:
      return answer_updates(connection, asked);
  }
  throw Error{ErrorKind::corrupt, "what an import asked is no question"};
}

bool is_about_sums(std::string_view question) {
  return history::decode<StoredQuestion>(question).subject == Subject::sums;
}

std::map<std::string, Instant> StoredHistory::horizons() const {
  std::map<std::string, Instant> horizons;
  const std::string answer = ask_(encode(StoredQuestion{.subject = Subject::horizons}));
  for_each_field(answer, [&](const RawField& field) {
    const auto row = history::decode<HorizonRow>(field.bytes);
    horizons[row.source] = row.cutoff;
  });
  return horizons;
}

StoredEntries StoredHistory::entries(std::span<const ExecutionId> executions,
                                     std::span<const RunId> runs) const {
  const std::string packed = pack_ids(executions);
  const std::string packed_runs = pack_ids(runs);
  StoredEntries entries;
  for (std::size_t first = 0; first < std::max(executions.size(), runs.size());
       first += kIdsAtOnce) {
    const StoredQuestion question{.subject = Subject::entries,
                                  .ids = std::string(packed_part(packed, executions, first)),
                                  .runs = std::string(packed_part(packed_runs, runs, first))};
    add_entries(entries, ask_(encode(question)));
  }
  return entries;
}

std::optional<StoredSums> StoredHistory::sums(std::span<const ExecutionId> executions) const {
  const std::string packed = pack_ids(executions);
  StoredSums sums;
  for (std::size_t first = 0; first < executions.size(); first += kIdsAtOnce) {
    const StoredQuestion question{.subject = Subject::sums,
                                  .ids = std::string(packed_part(packed, executions, first))};
    const std::string answer = ask_(encode(question));
    if (answer.empty()) return std::nullopt;
    const StoredSums part = history::decode<SumsRow>(answer).sums;
    sums.executions += part.executions;
    sums.steps += part.steps;
    sums.wall_clock_seconds += part.wall_clock_seconds;
  }
  return sums;
}

void StoredHistory::drop_known(std::vector<history::ForecastIssued>& forecasts) const {
  if (forecasts.empty()) return;
  std::vector<Uuid> ids;
  for (const auto& forecast : forecasts) ids.push_back(forecast.forecast_id.uuid);
  const std::string packed = pack_ids(ids);
  std::vector<Uuid> known;
  for (std::size_t first = 0; first < ids.size(); first += kIdsAtOnce) {
    const StoredQuestion question{
        .subject = Subject::forecasts,
        .ids = std::string(packed_part(packed, std::span<const Uuid>{ids}, first))};
    for (const Uuid& id : unpack_ids<Uuid>(ask_(encode(question)))) known.push_back(id);
  }
  std::ranges::sort(known);
  std::erase_if(forecasts, [&](const history::ForecastIssued& forecast) {
    return std::ranges::binary_search(known, forecast.forecast_id.uuid);
  });
}

void StoredHistory::drop_known(std::vector<history::PluginAliased>& aliases) const {
  if (aliases.empty()) return;
  std::map<std::string, Uuid> versions;
  const std::string answer = ask_(encode(StoredQuestion{.subject = Subject::aliases}));
  for_each_field(answer, [&](const RawField& field) {
    const auto row = history::decode<VersionRow>(field.bytes);
    versions[row.name] = row.version;
  });
  std::erase_if(aliases, [&](const history::PluginAliased& alias) {
    const auto known = versions.find(alias.old_name);
    return known != versions.end() && known->second >= alias.version;
  });
}

void StoredHistory::drop_known(std::vector<history::FieldUpdated>& updates) const {
  if (updates.empty()) return;
  std::vector<Uuid> ids;
  for (const auto& update : updates) ids.push_back(update.id);
  std::map<std::pair<Uuid, std::string>, Uuid> versions;
  const std::string packed = pack_ids(ids);
  for (std::size_t first = 0; first < ids.size(); first += kIdsAtOnce) {
    const StoredQuestion question{
        .subject = Subject::updates,
        .ids = std::string(packed_part(packed, std::span<const Uuid>{ids}, first))};
    const std::string answer = ask_(encode(question));
    for_each_field(answer, [&](const RawField& field) {
      const auto row = history::decode<VersionRow>(field.bytes);
      versions[{row.id, row.name}] = row.version;
    });
  }
  std::erase_if(updates, [&](const history::FieldUpdated& update) {
    const auto known = versions.find({update.id, update.field});
    return known != versions.end() && known->second >= update.version;
  });
}

}  // namespace shelduck::interop
