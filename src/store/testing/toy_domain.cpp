#include "shelduck/store/testing/toy_domain.hpp"

#include <algorithm>
#include <limits>
#include <sstream>

#include "shelduck/journal/identity.hpp"

namespace shelduck::store::testing {

namespace {

constexpr std::string_view kTables = R"sql(
CREATE TABLE numbers (n BIGINT NOT NULL, v BIGINT NOT NULL);
CREATE TABLE deleted (n BIGINT NOT NULL);
CREATE TABLE started (n BIGINT NOT NULL, segment UUID);
CREATE TABLE finished (n BIGINT NOT NULL, how VARCHAR NOT NULL);
CREATE TABLE edges (n BIGINT NOT NULL);
)sql";

constexpr std::string_view kStaging = R"sql(
CREATE TEMP TABLE staged (n BIGINT, v BIGINT);
CREATE TEMP TABLE staged_deleted (n BIGINT);
)sql";

struct Word {
  std::string verb;
  std::int64_t n = 0;
  std::int64_t v = 0;
  bool is_good = false;
};

Word parse(std::string_view payload) {
  std::istringstream text{std::string(payload)};
  Word word;
  text >> word.verb >> word.n;
  word.is_good = !text.fail();
  if (word.verb == "put") word.is_good = word.is_good && static_cast<bool>(text >> word.v);
  return word;
}

void prune(Transaction& transaction, std::int64_t edge) {
  transaction.execute("DELETE FROM edges WHERE n < ?", {edge});
  transaction.execute("INSERT INTO edges SELECT ? WHERE NOT EXISTS (SELECT 1 FROM edges)", {edge});
}

void put_all(Transaction& transaction, const std::vector<Word>& puts,
             const std::vector<Word>& deletes) {
  transaction.execute("DELETE FROM staged");
  transaction.execute("DELETE FROM staged_deleted");
  for (const Word& word : deletes) {
    transaction.execute("INSERT INTO staged_deleted VALUES (?)", {word.n});
  }
  for (const Word& word : puts) {
    transaction.execute("INSERT INTO staged VALUES (?, ?)", {word.n, word.v});
  }
  transaction.execute(
      "INSERT INTO deleted SELECT DISTINCT n FROM staged_deleted WHERE n NOT IN (SELECT n FROM "
      "deleted)");
  transaction.execute(
      "INSERT INTO staged SELECT n, v FROM numbers WHERE n IN (SELECT n FROM staged)");
  transaction.execute("DELETE FROM numbers WHERE n IN (SELECT n FROM staged)");
  transaction.execute("INSERT INTO numbers SELECT n, min(v) FROM staged GROUP BY n");
  transaction.execute("DELETE FROM numbers WHERE n IN (SELECT n FROM deleted)");
  transaction.execute("DELETE FROM numbers WHERE n < (SELECT max(n) FROM edges)");
}

void apply_words(ApplyContext& context, std::span<const Frame> frames,
                 const std::set<std::string, std::less<>>& verbs) {
  std::vector<Word> puts;
  std::vector<Word> deletes;
  Transaction& transaction = context.transaction();
  for (const Frame& frame : frames) {
    const Word word = parse(frame.payload);
    if (!word.is_good || !verbs.contains(word.verb)) {
      context.quarantine(frame, {.reason = "word: not one of the verbs", .source = "toy"});
    } else if (word.verb == "put" || word.verb == "triple") {
      puts.push_back(word);
    } else if (word.verb == "delete") {
      deletes.push_back(word);
    } else if (word.verb == "prune") {
      prune(transaction, word.n);
    } else if (word.verb == "start") {
      transaction.execute("INSERT INTO started VALUES (?, ?)", {word.n, frame.position.segment});
    } else if (word.verb == "explode") {
      transaction.execute("SELECT CAST(? AS INTEGER)", {frame.payload});
    } else {
      transaction.execute("INSERT INTO finished VALUES (?, ?)", {word.n, word.verb});
    }
  }
  put_all(transaction, puts, deletes);
}

Fact value_of_number(std::int64_t n) {
  Fact fact{.kind = kWord, .id = {}};
  for (std::size_t i = 0; i < 8; ++i) {
    fact.id.bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(n) >> (56 - 8 * i));
  }
  return fact;
}

KnownFacts values_of_numbers(Connection& connection) {
  KnownFacts known;
  for (const auto& [n, v] : numbers(connection)) known[value_of_number(n)] = std::to_string(v);
  return known;
}

std::vector<Record> interruptions(Connection& connection, const Uuid& segment) {
  std::vector<Record> found;
  for (const Row row : connection.query(
           "SELECT n FROM started WHERE segment = ? AND n NOT IN (SELECT n FROM finished) "
           "ORDER BY n",
           {segment})) {
    found.push_back({kReservedWord, "interrupt " + std::to_string(row.get<std::int64_t>(0))});
  }
  return found;
}

}  // namespace

Domain toy_domain(Backend backend) {
  Domain domain{
      .name = "toy",
      .backend = backend,
      .migrations = {{.number = 1, .name = "numbers", .sql = std::string(kTables)}},
      .record_types = {{kWord, RecordClass::ordinary}, {kReservedWord, RecordClass::reserved}},
      .staging_sql = std::string(kStaging),
      .apply =
          [](ApplyContext& context, std::span<const Frame> frames) {
            apply_words(context, frames,
                        {"put", "delete", "prune", "start", "end", "interrupt", "explode"});
          },
      .segment_ended = interruptions};
  domain.rules = {{"one_row_per_number", "SELECT n FROM numbers GROUP BY n HAVING count(*) > 1"},
                  {"open_starts", "SELECT n FROM started WHERE n NOT IN (SELECT n FROM finished)",
                   CheckRule::Severity::reported}};
  domain.facts_finder = []() -> FindFacts {
    return
        [](Connection& connection, std::span<const Fact>) { return values_of_numbers(connection); };
  };
  domain.edge = EdgeRule{.record_type = kReservedWord,
                         .stored = [](Connection& connection) -> std::optional<std::int64_t> {
                           const Result result = connection.query("SELECT n FROM edges");
                           const auto row = result.first();
                           return row ? std::optional{row->get<std::int64_t>(0)} : std::nullopt;
                         },
                         .record = [](std::int64_t edge) { return pruning(edge); },
                         .before = "numbers below"};
  // Where a start stood is a fact of its journal, and the same in every rebuild; after a restore
  // the segments are gone.
  return domain;
}

Domain newer_toy_domain(Backend backend) {
  Domain domain = toy_domain(backend);
  domain.migrations.push_back(
      {.number = 2, .name = "notes", .sql = "CREATE TABLE notes (n BIGINT, note VARCHAR)"});
  domain.apply = [](ApplyContext& context, std::span<const Frame> frames) {
    apply_words(context, frames, {"put", "delete", "prune", "start", "end", "interrupt", "triple"});
  };
  return domain;
}

OpenOptions toy_options() {
  OpenOptions options;
  options.purpose = Purpose::write;
  const auto now = std::make_shared<Instant>(Microseconds{1'780'000'000'000'000});
  options.clock = [now] { return *now += std::chrono::milliseconds{1}; };
  options.sleep = [now](Microseconds pause) { *now += pause; };
  options.floor_bytes = 0;
  options.threads = 1;
  return options;
}

Claim putting(std::int64_t n, std::int64_t v) {
  const Fact fact = value_of_number(n);
  const std::string value = std::to_string(v);
  return {.judged_by = {fact}, .judge = [=](const KnownFacts& known) -> Judgement {
            const std::string* said = known.find(fact);
            if (said == nullptr) {
              return {.records = {{kWord, "put " + std::to_string(n) + " " + value}},
                      .says = {{fact, value}}};
            }
            if (*said == value) return {};
            return {.refusal = Error{ErrorKind::conflict, "it has another value"}};
          }};
}

ToyWriter::ToyWriter(const std::filesystem::path& database, std::uint64_t segment_bytes,
                     journal::Shelf shelf) {
  const std::string path = journal::canonical_path(database.string());
  journal::open_or_create_journal(files_, path, {"toy", system_clock(), system_random()});
  journal::WriterOptions options{
      .database = path,
      .domain = "toy",
      .types = {{kWord, RecordClass::ordinary}, {kReservedWord, RecordClass::reserved}},
      .clock = system_clock(),
      .random = system_random()};
  options.floor_bytes = 0;
  options.segment_bytes = segment_bytes;
  options.shelf = shelf;
  writer_ = std::make_unique<journal::Writer>(files_, std::move(options));
}

void ToyWriter::write(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    const journal::RecordView view{kWord, word};
    writer_->commit(writer_->append({&view, 1}));
  }
}

void ToyWriter::hold(const std::string& word) {
  const journal::RecordView view{kWord, word};
  const journal::Ticket ticket = writer_->append({&view, 1});
  held_.push_back(writer_->hold(ticket));
  writer_->commit(ticket);
}

std::map<std::int64_t, std::int64_t> numbers(Connection& connection) {
  std::map<std::int64_t, std::int64_t> found;
  for (const Row row : connection.query("SELECT n, v FROM numbers")) {
    if (!found.emplace(row.get<std::int64_t>(0), row.get<std::int64_t>(1)).second) {
      found[-1] = row.get<std::int64_t>(0);  // a number that is there twice
    }
  }
  return found;
}

std::map<std::int64_t, std::int64_t> model(const std::vector<std::string>& words) {
  std::map<std::int64_t, std::int64_t> expected;
  std::set<std::int64_t> deleted;
  std::int64_t edge = std::numeric_limits<std::int64_t>::min();
  for (const std::string& text : words) {
    const Word word = parse(text);
    if (word.verb == "prune") edge = std::max(edge, word.n);
    if (word.verb == "delete") deleted.insert(word.n);
    if (word.verb != "put" || !word.is_good) continue;
    const auto [at, is_new] = expected.emplace(word.n, word.v);
    if (!is_new) at->second = std::min(at->second, word.v);
  }
  for (const std::int64_t n : deleted) expected.erase(n);
  std::erase_if(expected, [&](const auto& number) { return number.first < edge; });
  return expected;
}

Record pruning(std::int64_t edge) { return {kReservedWord, "prune " + std::to_string(edge)}; }

std::vector<Record> records(const std::vector<std::string>& words) {
  std::vector<Record> made;
  for (const std::string& word : words) made.push_back({kWord, word});
  return made;
}

}  // namespace shelduck::store::testing
