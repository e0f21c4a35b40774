#include "shelduck/cli/command_db.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "shelduck/core/bytes.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/check.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/stats.hpp"

namespace shelduck::cli {
namespace {

constexpr int kDamaged = 5;

std::string_view severity_word(store::Finding::Severity severity) {
  return severity == store::Finding::Severity::damaged ? "damaged" : "reported";
}

Document finding_row(const store::Finding& finding) {
  Document row = Document::object();
  row.set("rule", finding.rule)
      .set("severity", severity_word(finding.severity))
      .set("count", finding.count)
      .set("detail", finding.detail);
  return row;
}

bool has_unreadable_tables(const store::CheckReport& report) {
  return std::ranges::any_of(report.findings, [](const store::Finding& finding) {
    return finding.rule == "readable_tables";
  });
}

Table tables_of(const std::vector<store::TableState>& states) {
  Table table{.columns = {{"table", "table"},
                          {"rows", "rows", Cell::count},
                          {"digest", "digest", Cell::text, 1}}};
  for (const store::TableState& state : states) {
    Document row = Document::object();
    row.set("table", state.table).set("rows", state.rows).set("digest", state.digest);
    table.rows.push_back(row);
  }
  return table;
}

Document part_of_disk(std::string_view part, std::int64_t bytes) {
  return Document::object().set("part", part).set("bytes", bytes);
}

Table disk_table(const store::StoreStats& stats) {
  return {.heading = "disk",
          .columns = {{"part", "part"}, {"bytes", "size", Cell::bytes}},
          .rows = {part_of_disk("file", stats.file.bytes),
                   part_of_disk("free in the file", stats.file.free_bytes),
                   part_of_disk("engine's log", stats.file.log_bytes),
                   part_of_disk("journal", stats.journal.bytes),
                   part_of_disk("archive", stats.journal.archived_bytes),
                   part_of_disk("kept for the quarantine", stats.journal.damaged_bytes)}};
}

Table memory_table(const Document& memory) {
  return {.heading = "memory of the engine",
          .columns = {{"component", "component"},
                      {"bytes", "size", Cell::bytes},
                      {"spilled_bytes", "on disk", Cell::bytes}},
          .rows = *memory.find("components")->elements()};
}

Table rows_table(const Document& document) {
  return {.heading = "tables",
          .columns = {{"table", "table"}, {"rows", "rows", Cell::count}},
          .rows = *document.find("tables")->elements()};
}

const std::filesystem::path& folder_of(const Request& request) {
  return request.paths.find("DIR")->second.front();
}

store::BackupFormat format_of(const Request& request) {
  return request.arguments.value("format") == "parquet" ? store::BackupFormat::parquet
                                                        : store::BackupFormat::database;
}

// Drawn as "check rules", and heard at the next step where nobody waits any more.
store::HeadwaySink shown_as(std::string work, const Request& request) {
  return [work = std::move(work), &request](const store::Headway& headway) {
    request.cancel.check();
    const std::string label = work + " " + std::string(headway.part);
    request.progress.update({.label = label, .done = headway.done, .total = headway.total});
  };
}

Answer restore_plan(const Request& request) {
  const std::filesystem::path& folder = folder_of(request);
  const std::vector<std::string> notes = store::plan_restore(folder, request.domain);
  Answer answer;
  answer.document = Document::object();
  answer.document.set("backup", folder.string())
      .set("database", request.database.string())
      .set("database_exists", std::filesystem::exists(request.database));
  answer.notes = {
      "would put the backup " + folder.string() + " in the place of " + request.database.string(),
      "the present file, its journal and its archive would be set aside, not deleted"};
  answer.notes.insert(answer.notes.end(), notes.begin(), notes.end());
  return answer;
}

Answer rebuild_plan(const Request& request) {
  store::plan_rebuild(request.database, request.domain);
  Answer answer;
  answer.document = Document::object();
  answer.document.set("database", request.database.string())
      .set("database_exists", std::filesystem::exists(request.database));
  answer.notes = {
      "would make " + request.database.string() + " again from its backup, archive and journal",
      "the present file would be set aside, not deleted; where a digest differs, "
      "nothing would change"};
  return answer;
}

Answer migrations_answer(const std::vector<std::string>& names, std::string_view state) {
  Document list = Document::array();
  for (const std::string& name : names) {
    Document row = Document::object();
    row.set("migration", name).set("state", state);
    list.add(row);
  }
  Document document = Document::object();
  document.set("migrations", std::move(list));
  Answer answer = list_answer(std::move(document), "migrations", {"migration", "state"});
  answer.tables.push_back(
      {.columns = {{"migration", "migration"}, {"state", "state"}}, .rows = answer.rows});
  if (names.empty()) answer.notes.emplace_back("nothing to migrate: the database is up to date");
  return answer;
}

}  // namespace

Answer check_database(const Request& request, store::Store& store) {
  const auto depth = request.arguments.flag("deep") ? store::Depth::deep : store::Depth::quick;
  const store::CheckReport report = store::check(store, depth, shown_as("check", request));
  request.progress.clear();
  Answer answer{.shape = Answer::Shape::list,
                .document = store::document(report),
                .columns = {"rule", "severity", "count", "detail"}};
  for (const store::Finding& finding : report.findings) {
    answer.rows.push_back(finding_row(finding));
  }
  answer.tables.push_back({.columns = {{"rule", "rule"},
                                       {"severity", "severity", Cell::status},
                                       {"count", "count", Cell::count},
                                       {"detail", "detail"}},
                           .rows = answer.rows});
  answer.notes.push_back(std::to_string(report.rules) + " rules, " +
                         std::to_string(report.segments) + " segments and " +
                         std::to_string(report.frames) +
                         " records checked: " + (report.is_damaged() ? "DAMAGED" : "sound"));
  if (has_unreadable_tables(report)) {
    answer.notes.emplace_back("make the file again from its journal with: shelduck db rebuild");
  }
  answer.exit_code = report.is_damaged() ? kDamaged : 0;
  return answer;
}

Answer show_database_stats(const Request&, store::Store& store) {
  const store::StoreStats stats = store::store_stats(store);
  Answer answer{.document = store::document(stats)};
  answer.tables = {disk_table(stats), memory_table(*answer.document.find("memory")),
                   rows_table(answer.document)};
  answer.notes.push_back(std::string(store::name_of(stats.backend)) + " holds " +
                         human_bytes(static_cast<double>(stats.memory.engine_bytes)) + " of " +
                         human_bytes(static_cast<double>(stats.memory.limit_bytes)) +
                         " that it may, this process " +
                         human_bytes(static_cast<double>(stats.memory.resident_bytes)));
  answer.notes.push_back(std::to_string(stats.journal.segments) + " segments in the journal, " +
                         std::to_string(stats.journal.waiting_records) +
                         " records wait to be applied");
  return answer;
}

std::filesystem::path copy_database(const Request& request, store::Store& store) {
  return store::make_backup(store, format_of(request), shown_as("backup", request));
}

Answer back_up_database(const Request& request, const BackupSource& source) {
  store::BackupOptions options{.format = format_of(request)};
  if (const auto keep = request.arguments.whole_number("keep")) {
    options.keep = static_cast<int>(*keep);
  }
  const store::BackupPlace place{journal::canonical_path(request.database.string()),
                                 folder_of(request), options, request.clock()};
  const store::BackupReport report = place.take(source(place));
  Answer answer;
  answer.document = store::document(report);
  answer.tables.push_back(tables_of(report.tables));
  answer.notes.push_back("verified copy in " + report.path.string());
  for (const auto& removed : report.removed) {
    answer.notes.push_back("removed the older backup " + removed.string());
  }
  return answer;
}

Answer restore_database(const Request& request) {
  if (request.intent == Intent::plan) return restore_plan(request);
  const store::RestoreReport report =
      store::restore(folder_of(request), request.database, request.domain, request.opening);
  Answer answer;
  answer.document = store::document(report);
  answer.tables.push_back(tables_of(report.tables));
  answer.notes.push_back("restored; what was there before is in " + report.set_aside.string());
  answer.notes.insert(answer.notes.end(), report.notes.begin(), report.notes.end());
  return answer;
}

Answer rebuild_database(const Request& request) {
  if (request.intent == Intent::plan) return rebuild_plan(request);
  const store::RebuildReport report =
      store::rebuild(request.database, request.domain, request.opening);
  Answer answer;
  answer.document = store::document(report);
  answer.tables.push_back(tables_of(report.tables));
  if (!report.differing.empty()) {
    answer.exit_code = kDamaged;
    answer.errors.emplace_back("digests differ, so the present file stays as it is");
  } else if (!report.set_aside.empty()) {
    answer.notes.push_back("rebuilt; the old file is in " + report.set_aside.string());
  }
  return answer;
}

Answer migrate_database(const Request& request) {
  const std::vector<std::string> names =
      store::pending_migrations(request.database, request.domain, request.opening);
  if (request.intent == Intent::plan) return migrations_answer(names, "pending");
  store::OpenOptions options = request.opening;
  options.purpose = store::Purpose::question;
  store::Store::open(request.database, request.domain, options).close();
  return migrations_answer(names, "applied");
}

}  // namespace shelduck::cli
