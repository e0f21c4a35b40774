#include "shelduck/store/owner.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/journal/whole_file.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/database_ledger.hpp"
#include "shelduck/store/database_place.hpp"
#include "shelduck/store/engine.hpp"
#include "shelduck/store/lock_wait.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/recovery.hpp"
#include "shelduck/store/restore_plan.hpp"

namespace shelduck::store::detail {

namespace {

// Consequences of applying are records that are applied in their turn; they have none themselves.
constexpr int kRoundsMax = 3;
// A block of the disk: where that is refused, a segment is.
constexpr std::size_t kTriedBytes = 4096;

}  // namespace

Owner::Owner(const std::filesystem::path& database, Domain domain, OpenOptions options)
    : path_(journal::canonical_path(database.string())),
      domain_(std::move(domain)),
      options_(std::move(options)),
      edge_(files_, journal_directory(), domain_) {
  const bool is_anything_there = has_content(path_) ||
                                 journal::read_identity(files_, journal_directory()) ||
                                 journal::intent_stands(files_, path_.string());
  if (!is_anything_there && options_.purpose == Purpose::question) {
    require_something(path_, domain_);
  }
  if (!is_anything_there) make_folder(folder_of(path_));
  lock_ = wait_for_lock(path_, options_);
  finish_restore({path_, domain_, options_, files_});
  tidy_backups(path_);
  open_database();
  open_journal();
  tell_version();
}

Owner::~Owner() {
  try {
    close();
  } catch (const Error& error) {
    options_.log(LogLevel::error, std::string("closing ") + path_.string() + ": " + error.what());
  }
}

std::string Owner::journal_directory() const { return journal::journal_directory(path_.string()); }

RebuildPlan Owner::rebuild_plan() {
  return {.database = path_,
          .identity = identity_,
          .domain = domain_,
          .options = options_,
          .files = files_};
}

void Owner::open_database() {
  const std::optional<journal::Identity> of_journal = read_own_identity(files_, path_, domain_);
  if (of_journal) identity_ = *of_journal;
  open_or_rebuild(of_journal.has_value());
  adopt_identity(of_journal);
  note_backend();
  migrate();
  adopt_folder_owner(path_);
}

void Owner::open_or_rebuild(bool is_journal_there) {
  if (!has_content(path_)) {
    // What is left of a log without its file is in the journal.
    for (const std::filesystem::path& log : log_paths(path_)) {
      if (std::filesystem::exists(log)) rename_durably(log, free_name(log, "set-aside"));
    }
    if (is_journal_there && has_more_than_a_journal()) {
      const RebuiltFile made = rebuild_file(rebuild_plan(), path_.string() + ".rebuilt");
      rename_durably(made.path, path_);
    }
    session_.emplace(path_, domain_, options_);
    return;
  }
  const Recovery recovery = recover(path_, options_.engine, options_.log);
  if (recovery.is_file_damaged && is_journal_there) rebuild_damaged(recovery.reason);
  const std::optional<Error> damage = try_session();
  if (!damage) return;
  if (!is_journal_there || has_rebuilt_) throw Error{*damage};
  rebuild_damaged(damage->what());
  session_.emplace(path_, domain_, options_);
}

std::optional<Error> Owner::try_session() {
  try {
    session_.emplace(path_, domain_, options_);
  } catch (const Error& error) {
    // A file whose first bytes are gone looks like another program's.
    const bool is_damage =
        error.kind() == ErrorKind::corrupt ||
        (error.kind() == ErrorKind::invalid_input && !std::filesystem::is_directory(path_));
    if (!is_damage) throw;
    return error;
  }
  try {
    (void)session_->stored_identity();
  } catch (const Error& error) {
    if (!is_file_damage(error)) throw;
    session_.reset();
    return error;
  }
  return std::nullopt;
}

bool Owner::has_more_than_a_journal() {
  const journal::Archive archive{files_, journal_directory()};
  return is_backup_required(path_) || std::filesystem::exists(automatic_backup(path_)) ||
         !archive.list().empty() || !archive.list_damaged().empty();
}

void Owner::rebuild_damaged(const std::string& reason) {
  const RebuiltFile made = rebuild_file(rebuild_plan(), path_.string() + ".rebuilt");
  has_rebuilt_ = true;
  session_.reset();
  const std::filesystem::path aside = free_name(path_, "damaged");
  rename_durably(path_, aside);
  move_logs(path_, aside);
  rename_durably(made.path, path_);
  options_.log(LogLevel::warning,
               path_.string() + " was damaged and was set aside as " + aside.string() +
                   "; it was made again from backup, archive and journal, " +
                   std::to_string(made.frames) + " records; nothing is missing (" + reason + ")");
}

void Owner::adopt_identity(const std::optional<journal::Identity>& of_journal) {
  const std::optional<Uuid> stored = session_->stored_identity();
  if (of_journal && stored && *stored != of_journal->uuid) {
    throw Error{ErrorKind::conflict,
                "the journal beside " + path_.string() + " belongs to another database (" +
                    to_string(of_journal->uuid) + ", this one is " + to_string(*stored) +
                    "); nothing was touched",
                {.hint = "put the database and its journal back together, or restore a backup"}};
  }
  if (of_journal) return;
  if (!session_->schema().is_fresh) require_backup(path_);
  const Uuid uuid = stored.value_or(new_uuid(options_.clock(), options_.random));
  identity_ = journal::make_journal(files_, journal_directory(), {uuid, domain_.name});
  if (identity_.uuid != uuid && stored) {
    throw Error{ErrorKind::conflict, "a journal of another identity appeared beside " +
                                         path_.string() + "; nothing was touched"};
  }
}

// For who comes when only the journal is left; none is DuckDB.
void Owner::note_backend() {
  const std::string_view backend = word_of(domain_.backend);
  const auto noted = journal::read_engine(files_, journal_directory());
  if (noted.value_or(std::string(word_of(Backend::duckdb))) == backend) return;
  journal::note_engine(files_, journal_directory(), backend);
}

void Owner::migrate() {
  const Session::Schema schema = session_->schema();
  if (!schema.is_fresh && !schema.missing.empty()) {
    const std::filesystem::path place = free_name(path_, "before-migration");
    const Copy copy = make_copy(*session_, "before-migration", BackupFormat::database);
    rename_durably(copy.folder, place);
    options_.log(LogLevel::info, "backed up to " + place.string() + " before a migration");
    has_migrated_ = true;
  }
  session_->prepare(identity_.uuid);
}

void Owner::open_journal() {
  edge_.doubt();
  journal::BacklogOptions options;
  options.directory = journal_directory();
  options.reader = {identity_, types()};
  options.log = options_.log;
  options.synced_by_own_writer = [this](const Uuid& segment) -> std::optional<std::uint64_t> {
    const std::scoped_lock lock{writer_made_};
    return writer_ ? writer_->synced_upto(segment) : std::nullopt;
  };
  segments_.emplace(files_, std::move(options), options_.limits);
}

std::vector<std::uint16_t> Owner::types() const {
  std::vector<std::uint16_t> types;
  for (const RecordType& type : domain_.record_types) types.push_back(type.type);
  for (const RecordType& type : store_record_types()) types.push_back(type.type);
  return types;
}

void Owner::start_anew(const Error& damage) {
  const bool is_alone = session_->database().impl().connections <= 1;
  if (has_rebuilt_ || !is_alone || !is_file_damage(damage)) throw Error{damage};
  const auto quiet = hold_interrupts();
  rebuild_damaged(damage.what());
  session_.emplace(path_, domain_, options_);
  session_->prepare(identity_.uuid);
  open_journal();
  tell_version();
}

void Owner::tell_version() {
  if (!options_.applied) return;
  const Version version = session_->version();
  options_.applied({.version = version, .before = version.count, .events = {}});
}

ApplyReport Owner::apply() {
  caught_up_.reset();
  ApplyReport report;
  try {
    report = or_let_go([&] { return apply_rounds(); });
  } catch (const Error& error) {
    start_anew(error);
    report = or_let_go([&] { return apply_rounds(); });
  }
  if (report.waiting == 0) caught_up_ = ApplyReport{.notes = report.notes};
  return report;
}

ApplyReport Owner::catch_up() {
  if (caught_up_ && segments_->backlog().is_unchanged()) return *caught_up_;
  return apply();
}

// Frames may be read and not stored then; a segment that stayed would be taken for applied.
template <class Work>
ApplyReport Owner::or_let_go(const Work& work) {
  try {
    return work();
  } catch (...) {
    segments_->release_all();
    throw;
  }
}

ApplyReport Owner::apply_rounds() {
  ApplyReport report;
  for (int round = 0; round < kRoundsMax; ++round) {
    const ReplayReport replayed = replay_once(report, {.log = options_.log,
                                                       .batch_frames = options_.batch_records_max,
                                                       .is_cancelled = options_.is_cancelled});
    const std::vector<Record> records = consequences(replayed);
    segments_->release(*session_, records.empty() ? Following::nothing : Following::not_known);
    if (records.empty()) break;
    try {
      append(records);
    } catch (const Error& error) {
      report.notes.push_back("what follows from the records could not be written: " +
                             std::string(error.what()));
      break;
    }
  }
  keep_edge(report);
  return report;
}

// A question is answered all the same; it is tried again with the next.
void Owner::keep_edge(ApplyReport& report) {
  if (!edge_.is_doubted()) return;
  session_->step("edge.doubted");
  try {
    edge_.keep(session_->connection());
    session_->step("edge.kept");
  } catch (const Error& error) {
    report.notes.push_back("the edge of what was given up could not be kept beside the journal: " +
                           std::string(error.what()));
  }
}

// What follows from the records follows when their segments are let go of.
ApplyReport Owner::apply_imports(std::uint64_t frames_max) {
  caught_up_.reset();  // the journal is scanned, and what others wrote is left for apply()
  return or_let_go([&] {
    ApplyReport report;
    (void)replay_once(report, {.log = options_.log,
                               .batch_frames = options_.batch_records_max,
                               .is_cancelled = options_.is_cancelled,
                               .frames = Frames::of_imports,
                               .frames_max = frames_max});
    segments_->release(*session_, Following::not_known);
    return report;
  });
}

ReplayReport Owner::replay_once(ApplyReport& report, const ReplayOptions& options) {
  DatabaseLedger ledger{*session_};
  ReplayReport replayed = Replay{segments_->backlog(), ledger, options}.run();
  report.applied += replayed.applied;
  report.quarantined += ledger.quarantined();
  report.waiting = replayed.waiting;
  report.has_more = replayed.has_more;
  for (const std::string& note : replayed.notes) {
    if (std::ranges::find(report.notes, note) == report.notes.end()) report.notes.push_back(note);
  }
  return replayed;
}

std::vector<Record> Owner::consequences(const ReplayReport& replayed) {
  std::vector<Record> records;
  if (domain_.segment_ended) {
    for (const Uuid& segment : replayed.ended) {
      for (Record& record : domain_.segment_ended(session_->connection(), segment)) {
        records.push_back(std::move(record));
      }
    }
  }
  if (replayed.waiting > 0) return records;
  if (domain_.caught_up) {
    for (Record& record : domain_.caught_up(session_->connection())) {
      records.push_back(std::move(record));
    }
  }
  if (auto owed = edge_.owed_record(session_->connection())) records.push_back(*std::move(owed));
  return records;
}

journal::Writer& Owner::writer() {
  const std::scoped_lock lock{writer_made_};
  if (!writer_) {
    std::vector<RecordType> types = domain_.record_types;
    for (const RecordType& type : store_record_types()) types.push_back(type);
    journal::WriterOptions options{.database = path_.string(),
                                   .domain = domain_.name,
                                   .types = std::move(types),
                                   .clock = options_.clock,
                                   .random = options_.random,
                                   .log = options_.log,
                                   .synced = options_.synced};
    options.floor_bytes = static_cast<std::uint64_t>(options_.floor_bytes);
    options.segment_bytes = options_.limits.segment_bytes;
    writer_ = std::make_unique<journal::Writer>(files_, std::move(options));
  }
  return *writer_;
}

void Owner::append(std::span<const Record> records) {
  std::vector<journal::RecordView> views;
  views.reserve(records.size());
  for (const Record& record : records) views.push_back({record.type, record.payload});
  journal::Writer& journal = writer();
  journal.commit(journal.append(views));
  edge_.doubt_after(records);
}

void Owner::try_journal() {
  const std::string path = journal_directory() + "/try.new";
  files_.remove(path);  // of a try that failed half-way
  journal::write_synced(files_, path, std::string(kTriedBytes, '\0'));
  files_.remove(path);
}

ApplyReport Owner::write(std::span<const Record> records) {
  if (!records.empty()) append(records);
  ApplyReport report = apply();
  // Who was told that rows are gone for good may rely on it.
  if (edge_.is_doubted() && report.waiting == 0) edge_.keep(session_->connection());
  return report;
}

void Owner::close_database() {
  segments_.reset();
  writer_.reset();
  if (session_) session_->close();
  session_.reset();
}

// Each column of rows that are in the log alone takes a block of 256 KB, however few they are.
void Owner::drop_caches() {
  if (std::filesystem::exists(wal_path(path_))) session().database().checkpoint();
  {
    const auto quiet = hold_interrupts();
    session().reconnect();
  }
  session().database().drop_caches();
}

void Owner::interrupt() noexcept {
  const std::lock_guard lock{interrupts_};
  try {
    if (session_) session_->connection().interrupt();
  } catch (const Error&) {
    return;  // a file that could not be opened again does nothing that could be ended
  }
}

void Owner::close() {
  if (!lock_) return;
  close_database();
  lock_.reset();
}

}  // namespace shelduck::store::detail
