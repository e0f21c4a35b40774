#include "shelduck/store/rebuilt_file.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/database_ledger.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/session.hpp"

namespace shelduck::store::detail {

namespace {

// True where the backup's file is the new file's beginning.
bool begin_with_backup(const RebuildPlan& plan, const std::filesystem::path& target) {
  const std::optional<std::filesystem::path> base =
      base_of_rebuild(plan.database, plan.domain, plan.identity.uuid);
  if (base) copy_plain_file(*base, target);
  return base.has_value();
}

std::vector<RecordType> all_types(const Domain& domain) {
  std::vector<RecordType> types = domain.record_types;
  for (const RecordType& type : store_record_types()) types.push_back(type);
  return types;
}

journal::BacklogOptions backlog_options(const RebuildPlan& plan) {
  journal::BacklogOptions options;
  options.directory = journal::journal_directory(plan.database.string());
  options.reader.identity = plan.identity;
  for (const RecordType& type : all_types(plan.domain)) options.reader.types.push_back(type.type);
  options.include = journal::Include::archive_and_journal;
  options.log = plan.options.log;
  return options;
}

[[noreturn]] void refuse_foreign_backup(const std::filesystem::path& database) {
  throw Error{
      ErrorKind::corrupt,
      "the backup " + automatic_backup(database).string() +
          " belongs to another journal; nothing was changed",
      {.hint = "put the right backup there, or restore another with: shelduck db restore DIR"}};
}

void require_same_identity(Session& session, const RebuildPlan& plan) {
  const std::optional<Uuid> found = session.stored_identity();
  if (!found || *found == plan.identity.uuid) return;
  refuse_foreign_backup(plan.database);
}

ReplayReport replay(const RebuildPlan& plan, Session& session) {
  journal::Backlog backlog{plan.files, backlog_options(plan)};
  DatabaseLedger ledger{session};
  ReplayReport report = Replay{
      backlog,
      ledger,
      {.log = plan.options.log,
       .is_cancelled = plan.options.is_cancelled,
       .upto = plan.upto}}.run();
  if (report.waiting == 0) return report;
  throw Error{ErrorKind::exhausted,
              "the rebuild of " + plan.database.string() + " could not apply " +
                  std::to_string(report.waiting) + " records; the present file stays",
              {.hint = report.notes.empty() ? "" : report.notes.front()}};
}

// What was counted in another file says nothing of this one.
void begin_new_epoch(Session& session) {
  Transaction transaction{session.connection(), session.options().log};
  transaction.execute("UPDATE apply_counter SET epoch = uuid()");
  transaction.commit();
}

}  // namespace

void refuse_without_backup(const std::filesystem::path& database) {
  throw Error{ErrorKind::corrupt,
              database.string() + " cannot be rebuilt: its journal goes on from the backup " +
                  automatic_backup(database).string() +
                  ", which is not there; nothing was "
                  "changed",
              {.hint = "put that backup back, or restore another with: shelduck db restore DIR"}};
}

std::optional<std::filesystem::path> base_of_rebuild(const std::filesystem::path& database,
                                                     const Domain& domain,
                                                     const std::optional<Uuid>& identity) {
  const std::filesystem::path folder = automatic_backup(database);
  std::filesystem::path copy = folder / copy_name(domain.backend);
  if (!std::filesystem::exists(copy)) {
    if (is_backup_required(database)) refuse_without_backup(database);
    return std::nullopt;
  }
  const std::optional<Manifest> manifest = read_manifest(folder);
  if (!manifest) refuse_without_backup(database);
  if (identity && manifest->identity != *identity) refuse_foreign_backup(database);
  (void)require_sound_backup(folder, *manifest, domain);
  return copy;
}

RebuiltFile rebuild_file(const RebuildPlan& plan, const std::filesystem::path& target) {
  remove_database_file(target);
  RebuiltFile made{.path = target, .had_backup = begin_with_backup(plan, target)};
  try {
    Session session{target, plan.domain, plan.options};
    require_same_identity(session, plan);
    session.prepare(plan.identity.uuid);
    session.step("rebuild.begun");
    ReplayReport report = replay(plan, session);
    begin_new_epoch(session);
    made.frames = report.frames;
    made.notes = std::move(report.notes);
    made.tables = table_states(session.connection(), plan.domain);
    session.close();
  } catch (const Error&) {
    remove_database_file(target);
    throw;
  }
  adopt_folder_owner(target);
  sync_file(target);
  if (plan.options.step) plan.options.step("rebuild.made");
  return made;
}

void complete(RebuildPlan plan, RebuiltFile& made) {
  plan.upto.reset();
  try {
    Session session{made.path, plan.domain, plan.options};
    session.prepare(plan.identity.uuid);
    made.frames += replay(plan, session).frames;
    made.tables = table_states(session.connection(), plan.domain);
    session.close();
  } catch (const Error&) {
    remove_database_file(made.path);
    throw;
  }
  sync_file(made.path);
}

void remove_database_file(const std::filesystem::path& database) {
  std::filesystem::remove(database);
  for (const std::filesystem::path& log : log_paths(database)) std::filesystem::remove(log);
  std::filesystem::remove_all(staging_folder(database));
  std::filesystem::remove_all(database.string() + ".tmp");
}

}  // namespace shelduck::store::detail
