#include "shelduck/store/restore.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/database_place.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/lock_wait.hpp"
#include "shelduck/store/owner.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/quarantine_desk.hpp"
#include "shelduck/store/restore_plan.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::store {

namespace {

using detail::Manifest;
using detail::RebuiltFile;

// Tables that the migrations of the backup's time had are filled by name; later ones stay empty.
void load_parquet(const std::filesystem::path& folder, const std::filesystem::path& target) {
  Database database =
      Database::open(target, {.locking = Locking::held_by_caller, .export_directories = {folder}});
  Connection connection{database};
  const std::vector<std::string> tables = connection.tables();
  Transaction transaction{connection};
  for (const std::string& table : tables) {
    const std::filesystem::path file = detail::parquet_file(folder, table);
    if (!std::filesystem::exists(file) || table == "schema_version") continue;
    transaction.execute("DELETE FROM " + identifier(table));
    transaction.execute("INSERT INTO " + identifier(table) +
                        " BY NAME SELECT * FROM read_parquet(" + literal(file.string()) + ")");
  }
  transaction.commit();
}

void begin_new_file(const std::filesystem::path& folder, const Manifest& manifest,
                    const detail::RestorePlan& plan, const detail::RestoreSite& site) {
  if (manifest.format == BackupFormat::database) {
    detail::copy_plain_file(folder / detail::copy_name(site.domain.backend), plan.new_file);
    return;
  }
  detail::Session empty{plan.new_file, site.domain, site.options};
  empty.prepare(plan.identity);
  empty.close();
  load_parquet(folder, plan.new_file);
}

struct NewFile {
  std::vector<TableState> tables;
  std::vector<std::string> notes;
};

// What was given up after the backup was made stays gone. Returns what is to be told of it.
std::string apply_edge(detail::Session& session, Transaction& transaction, const Domain& domain,
                       std::optional<std::int64_t> edge) {
  if (!domain.edge || !edge || domain.edge->stored(session.connection()) >= edge) return {};
  const Record record = domain.edge->record(*edge);
  const Frame frame{record.type, record.payload, {}};
  detail::QuarantineDesk desk{transaction};
  ApplyContext context{transaction, desk, session.options().log};
  domain.apply(context, {&frame, 1});
  return domain.edge->before + " " + std::to_string(*edge) +
         " were pruned since that backup was made, and stay gone";
}

// The new file: the backup's rows under a new identity, with no position in any journal; and beside
// it the copy that becomes the automatic backup.
NewFile make_new_file(const std::filesystem::path& folder, const Manifest& manifest,
                      const detail::RestorePlan& plan, const detail::RestoreSite& site) {
  NewFile made;
  begin_new_file(folder, manifest, plan, site);
  detail::Session session{plan.new_file, site.domain, site.options};
  // Before any migration: what is compared is what was copied.
  made.notes.push_back(
      detail::require_content(folder, manifest, session.connection(), site.domain));
  session.prepare(plan.identity);
  {
    Transaction transaction{session.connection(), site.options.log};
    transaction.execute("UPDATE store_identity SET identity = ?", {plan.identity});
    transaction.execute("DELETE FROM journal_position");
    transaction.execute("UPDATE apply_counter SET epoch = uuid()");
    made.notes.push_back(apply_edge(session, transaction, site.domain, plan.edge));
    transaction.commit();
  }
  std::erase(made.notes, "");
  made.tables = detail::table_states(session.connection(), site.domain);
  session.reopen();  // it remembers the identity of before
  const detail::Copy copy =
      detail::make_copy(session, detail::kAutomaticCopy, BackupFormat::database);
  detail::sync_directory(detail::folder_of(copy.folder));
  session.close();
  detail::adopt_folder_owner(plan.new_file);
  detail::sync_file(plan.new_file);
  if (site.options.step) site.options.step("restore.verified");
  return made;
}

// The digests of the file that stands there, brought up to date; nothing where it cannot be read.
struct OldFile {
  std::vector<TableState> tables;
  detail::Positions positions;
};

std::optional<OldFile> read_old_file(detail::Owner& owner) {
  try {
    owner.apply();
    return OldFile{detail::table_states(owner.session().connection(), owner.domain()),
                   owner.session().positions()};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt && error.kind() != ErrorKind::fatal) throw;
    return std::nullopt;
  }
}

// A journal that cannot be read must not be in the way of what mends it.
std::optional<std::int64_t> edge_of_old_journal(const detail::RestoreSite& site,
                                                std::vector<std::string>& notes) {
  try {
    return journal::read_edge(site.files, journal::journal_directory(site.database.string()));
  } catch (const Error& error) {
    if (site.domain.edge) {
      notes.push_back("what was pruned since that backup was made is not known, and may be back: " +
                      std::string(error.what()));
    }
    return std::nullopt;
  }
}

void swap_in(detail::Owner& owner, const std::filesystem::path& made,
             const std::filesystem::path& aside) {
  const std::filesystem::path database = owner.path();
  owner.close_database();
  if (std::filesystem::exists(database)) detail::rename_durably(database, aside);
  detail::move_logs(database, aside);
  if (owner.options().step) owner.options().step("rebuild.old_aside");
  detail::rename_durably(made, database);
  if (owner.options().step) owner.options().step("rebuild.in_place");
}

// A file that stands alone may be another program's, which is never moved away. One of ours that is
// damaged may.
void require_own_place(const detail::RestoreSite& site) {
  std::error_code absent;
  const std::uintmax_t size = std::filesystem::file_size(site.database, absent);
  if (absent || size == 0) return;
  const std::string folder = journal::journal_directory(site.database.string());
  if (site.files.status(folder) || std::filesystem::exists(automatic_backup(site.database))) {
    return;
  }
  try {
    (void)detail::Session{site.database, site.domain, site.options}.schema();
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::fatal) return;
    throw;
  }
}

}  // namespace

RestoreReport restore(const std::filesystem::path& backup, const std::filesystem::path& database,
                      const Domain& domain, const OpenOptions& options) {
  const std::filesystem::path folder = std::filesystem::weakly_canonical(backup);
  const Manifest manifest = detail::require_manifest(folder, domain);
  (void)detail::require_sound_backup(folder, manifest, domain);
  journal::PosixFileSystem files;
  const std::filesystem::path path = journal::canonical_path(database.string());
  detail::make_folder(detail::folder_of(path));
  const OwnerLock lock = detail::wait_for_lock(path, options);
  const detail::RestoreSite site{path, domain, options, files};
  detail::finish_restore(site);
  require_own_place(site);
  std::vector<std::string> notes;
  const detail::RestorePlan plan{.aside = detail::free_name(path, "before-restore"),
                                 .new_file = detail::restored_file(path),
                                 .identity = new_uuid(options.clock(), options.random),
                                 .edge = edge_of_old_journal(site, notes)};
  RestoreReport report{
      .set_aside = plan.aside, .identity = plan.identity, .tables = {}, .notes = std::move(notes)};
  try {
    NewFile made = make_new_file(folder, manifest, plan, site);
    report.tables = std::move(made.tables);
    std::ranges::move(made.notes, std::back_inserter(report.notes));
    detail::carry_out(site, plan);
  } catch (const Error&) {
    if (!journal::intent_stands(files, path.string())) {
      detail::remove_database_file(plan.new_file);
    }
    throw;
  }
  return report;
}

std::vector<std::string> plan_restore(const std::filesystem::path& backup, const Domain& domain) {
  const std::filesystem::path folder = std::filesystem::weakly_canonical(backup);
  std::string note =
      detail::require_sound_backup(folder, detail::require_manifest(folder, domain), domain);
  if (note.empty()) return {};
  return {std::move(note)};
}

RebuildReport rebuild(const std::filesystem::path& database, const Domain& domain,
                      const OpenOptions& options) {
  detail::Owner owner{database, domain, options};
  const std::optional<OldFile> old = read_old_file(owner);
  detail::RebuildPlan plan = owner.rebuild_plan();
  if (old) plan.upto = old->positions;
  const std::string target = owner.path().string() + ".rebuilt";
  RebuiltFile made = detail::rebuild_file(plan, target);
  RebuildReport report{.set_aside = {},
                       .frames = made.frames,
                       .had_backup = made.had_backup,
                       .compared = old ? RebuildReport::Compared::with_old_file
                                       : RebuildReport::Compared::with_second_rebuild,
                       .tables = made.tables,
                       .differing = {}};
  if (old) {
    report.differing = detail::differing(old->tables, made.tables);
  } else {
    const RebuiltFile second = detail::rebuild_file(plan, target + ".second");
    report.differing = detail::differing(second.tables, made.tables);
    detail::remove_database_file(second.path);
  }
  if (!report.differing.empty()) {
    detail::remove_database_file(made.path);
    return report;
  }
  // A file that has lost rows of the archive gets them back.
  detail::complete(plan, made);
  report.frames = made.frames;
  report.tables = made.tables;
  report.set_aside = detail::free_name(owner.path(), "before-rebuild");
  swap_in(owner, made.path, report.set_aside);
  return report;
}

void plan_rebuild(const std::filesystem::path& database, const Domain& domain) {
  journal::PosixFileSystem files;
  const std::filesystem::path path = journal::canonical_path(database.string());
  const std::optional<journal::Identity> of_journal =
      detail::read_own_identity(files, path, domain);
  if (!of_journal && !journal::intent_stands(files, path.string())) {
    detail::require_something(path, domain);
  }
  std::optional<Uuid> identity;
  if (of_journal) identity = of_journal->uuid;
  const bool has_base = detail::base_of_rebuild(path, domain, identity).has_value();
  // A file that stands without a journal holds rows that no journal has.
  if (!has_base && !of_journal) detail::refuse_without_backup(path);
}

std::vector<std::string> pending_migrations(const std::filesystem::path& database,
                                            const Domain& domain, const OpenOptions& options) {
  detail::require_something(database, domain);
  const std::filesystem::path path{journal::canonical_path(database.string())};
  const OwnerLock lock = detail::wait_for_lock(path, options);
  // SQLite reads what stands in its log alone where it may write.
  const bool is_sqlite = domain.backend == Backend::sqlite;
  Database opened =
      Database::open(path, {.backend = domain.backend,
                            .access = is_sqlite ? Access::read_write : Access::read_only,
                            .locking = Locking::held_by_caller});
  Connection connection{opened};
  std::vector<std::string> names;
  for (const Migration& one : pending(connection, "store", base_migrations())) {
    names.push_back("store/" + one.name);
  }
  for (const Migration& one : pending(connection, domain.name, domain.migrations)) {
    names.push_back(domain.name + "/" + one.name);
  }
  return names;
}

Document document(const RestoreReport& report) {
  return Document::object()
      .set("set_aside", report.set_aside.string())
      .set("identity", report.identity)
      .set("tables", document(report.tables));
}

Document document(const RebuildReport& report) {
  Document differing = Document::array();
  for (const std::string& table : report.differing) differing.add(table);
  return Document::object()
      .set("set_aside", report.set_aside.empty() ? Document{} : Document{report.set_aside.string()})
      .set("frames", report.frames)
      .set("had_backup", report.had_backup)
      .set("compared", report.compared == RebuildReport::Compared::with_old_file
                           ? "with_old_file"
                           : "with_second_rebuild")
      .set("differing", std::move(differing))
      .set("tables", document(report.tables));
}

}  // namespace shelduck::store
