// Importer brings runs that another program wrote down into the history: exactly once, however
// often they are imported, and all or nothing per run.
//
//   Importer importer{target_of(store), {.source = "host", .random = random, .clock = clock}};
//   importer.add(run);            // buffered, judged and written in slices
//   const ImportReport report = importer.finish();
//
// Judging: an execution that is stored and ended is unchanged, unless a log tells a later end; one
// that was unfinished and has its end now is updated; one before the horizon of its source is
// pruned. An execution keeps the run in which it was first stored, and later neighbours join that
// run. A run that breaks a rule is rejected whole, named with its line, and kept in quarantine; the
// rest goes on. Of very many rejects the first thousand are listed and kept, the others are
// counted: the file still has them. Verified: what each slice says it wrote is counted and summed
// again in the database. Threads: one. Failure: Error of the store; slices that were written stay,
// and importing again goes on where this stopped.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/history/records/record.hpp"
#include "shelduck/interop/import_report.hpp"
#include "shelduck/interop/imported_run.hpp"
#include "shelduck/interop/stored_history.hpp"

namespace shelduck::interop {

struct ImportOptions {
  std::string source;
  history::Origin origin = history::Origin::json;
  Clock clock;
  RandomSource random;
  std::size_t slice_executions = 25'000;
};

class Importer {
 public:
  Importer(ImportTarget target, ImportOptions options);

  void add(ImportedRun run);
  void add(history::ForecastIssued forecast);
  void add(history::PluginAliased alias);
  void add(history::FieldUpdated update);
  // Something that is no entry: a line, an element.
  void reject(ImportReject reject, std::string_view text);
  // An entry that cannot become a run.
  void reject_run(ImportReject reject, std::string_view text);

  [[nodiscard]] ImportReport finish();

 private:
  using Records = std::vector<history::EncodedRecord>;

  void flush();
  void flush_runs();
  void flush_others();
  void write_records();
  void note_written(const ImportedExecution& execution, const history::StoredEntries& stored);
  [[nodiscard]] history::StoredEntries stored_of_slice();
  void judge(ImportedRun& run, history::StoredEntries& stored);
  [[nodiscard]] bool is_valid(const ImportedRun& run);
  // What became of an execution or a run; their records are appended.
  enum class Verdict { imported, updated, unchanged, pruned };
  [[nodiscard]] Verdict write(const ImportedExecution& execution, history::StoredEntries& stored);
  [[nodiscard]] Verdict lengthen(const ImportedExecution& execution,
                                 history::StoredEntries& stored);
  void update_field(history::Entity entity, const Uuid& id, std::string field, std::string value);
  void write_children(const ImportedExecution& execution, const history::ExecutionKey& key);
  [[nodiscard]] Verdict write_run(const ImportedRun& run, history::StoredEntries& stored,
                                  bool is_changed);
  void write_end(const ImportedRun& run, const history::StoredRun* stored);
  [[nodiscard]] bool is_pruned(const std::string& source, Instant start) const;
  void note_totals(const ImportedRun& run);
  void verify();

  template <class Record>
  void put(const Record& record) {
    records_.push_back(history::to_journal(record));
  }

  ImportTarget target_;
  StoredHistory stored_;
  ImportOptions options_;
  std::map<std::string, Instant> horizons_;
  std::vector<ImportedRun> pending_;
  std::size_t pending_executions_ = 0;
  std::vector<history::ForecastIssued> forecasts_;
  std::vector<history::PluginAliased> aliases_;
  std::vector<history::FieldUpdated> updates_;
  Records records_;
  std::vector<history::ExecutionId> written_;  // new executions of the slice
  std::int64_t written_steps_ = 0;
  double written_seconds_ = 0;
  std::uint64_t rejects_ = 0;
  std::uint64_t clocks_back_ = 0;  // executions that end before they begin
  std::uint64_t taken_over_ = 0;   // forecasts, aliases and field updates
  ImportReport report_;
};

}  // namespace shelduck::interop
