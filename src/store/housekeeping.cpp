#include "shelduck/store/housekeeping.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/quarantine_desk.hpp"

namespace shelduck::store::detail {

Housekeeping::Housekeeping(Owner& owner, Instant end)
    : owner_(owner), end_(end), archive_(owner.files(), owner.journal_directory()) {}

bool Housekeeping::has_time() {
  if (owner_.options().clock() < end_) return true;
  report_.is_complete = false;
  return false;
}

FinishReport Housekeeping::run() {
  archive_.tidy();
  owner_.segments_->backlog().remove_leftovers();
  archive_segments();
  // First what a backup covers already: it is no reason for another one.
  if (has_time()) delete_covered();
  if (is_backup_due() && has_time()) back_up();
  forget_positions();
  release_damaged();
  pack();
  return std::move(report_);
}

void Housekeeping::archive_segments() {
  std::vector<journal::SegmentReader*> ready;
  const Positions positions = owner_.session().positions();
  for (journal::SegmentReader* segment : owner_.segments_->backlog().segments()) {
    const bool is_ready = OwnedSegments::is_applied(*segment, positions) ||
                          owner_.segments_->is_ready_for_archive(*segment, positions);
    if (segment->owned() && is_ready) ready.push_back(segment);
  }
  if (ready.empty() || !has_time()) return;
  const std::uint64_t bytes_max = owner_.options().limits.uncovered_bytes_max;
  if (archive_.bytes() >= bytes_max) back_up();
  if (archive_.bytes() >= bytes_max) return;
  // From here on nothing of these segments is only in the engine's log.
  owner_.session().database().checkpoint();
  owner_.session().step("archive.checkpointed");
  const std::vector<journal::SegmentReader*> kept = keep(ready);
  archive_.sync();
  for (journal::SegmentReader* segment : kept) segment->disown();
  report_.archived += kept.size();
}

std::vector<journal::SegmentReader*> Housekeeping::keep(
    const std::vector<journal::SegmentReader*>& ready) {
  const std::vector<Uuid> needed = segments_in_need(owner_.session().connection());
  std::vector<journal::SegmentReader*> kept;
  std::uint64_t bytes = archive_.bytes();
  for (journal::SegmentReader* segment : ready) {
    if (!kept.empty() && !has_time()) break;
    if (bytes >= owner_.options().limits.uncovered_bytes_max) {
      report_.is_complete = false;
      break;
    }
    const bool is_needed = std::ranges::find(needed, segment->file().id) != needed.end();
    if (!keep(*segment, is_needed)) continue;
    bytes += segment->file_bytes();
    kept.push_back(segment);
    owner_.session().step("archive.kept");
  }
  return kept;
}

// What is not kept yet goes with a later owner, behind the segment that it declares void.
bool Housekeeping::keep(journal::SegmentReader& segment, bool is_needed) {
  const bool is_damaged = is_needed || !segment.damaged().empty();
  return is_damaged ? archive_.keep_damaged(segment) : archive_.keep(segment);
}

bool Housekeeping::is_backup_due() {
  if (std::exchange(owner_.has_migrated_, false)) return true;
  const bool is_there = std::filesystem::exists(automatic_backup(owner_.path()));
  if (is_backup_required(owner_.path()) && !is_there) return true;
  return archive_.bytes() >= owner_.options().limits.archive_bytes;
}

void Housekeeping::back_up() {
  try {
    const Copy copy = replace_automatic_backup(owner_.session());
    report_.is_backed_up = true;
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::fatal) throw;
    report_.is_complete = false;
    report_.notes.push_back(std::string("the automatic backup failed, segments stay: ") +
                            error.what());
    return;
  }
  delete_covered();  // also where its time is over: what stays would be backed up again
}

void Housekeeping::delete_covered() {
  const std::vector<journal::ArchivedFile> kept = archive_.list();
  const std::optional<Manifest> covered = read_manifest(automatic_backup(owner_.path()));
  if (kept.empty() || !covered) return;
  // A segment is archived when all of it is applied: its position is its end.
  const Positions applied = owner_.session().positions();
  std::vector<Uuid> gone;
  for (const journal::ArchivedFile& file : kept) {
    for (const journal::SegmentFile& segment : file.segments) {
      const auto end = applied.find(segment.id);
      const auto safe = covered->positions.find(segment.id);
      const bool is_safe =
          safe != covered->positions.end() && end != applied.end() && safe->second >= end->second;
      if (is_safe) gone.push_back(segment.id);
    }
  }
  if (gone.empty()) return;
  require_backup(owner_.path());
  owner_.session().step("delete.begin");
  report_.deleted += archive_.remove(gone).size();
  owner_.session().step("delete.removed");
}

// A listing can miss a file that a writer renames meanwhile, from open to closed and never back.
bool Housekeeping::has_file(const Uuid& segment) {
  const std::string folder = owner_.journal_directory();
  for (const journal::Shelf shelf : journal::kJournalShelves) {
    if (owner_.files().status(journal::segment_path(folder, segment, shelf))) return true;
  }
  return false;
}

// The position of a segment that is nowhere any more says nothing.
void Housekeeping::forget_positions() {
  const Positions positions = owner_.session().positions();
  if (positions.empty()) return;
  std::set<Uuid> present;
  for (const auto& file : journal::list_segments(owner_.files(), owner_.journal_directory())) {
    present.insert(file.id);
  }
  for (const auto& file : archive_.list_damaged()) present.insert(file.id);
  for (const auto& file : archive_.list()) {
    for (const auto& segment : file.segments) present.insert(segment.id);
  }
  std::vector<Uuid> gone;
  for (const auto& [segment, sequence] : positions) {
    if (!present.contains(segment) && !has_file(segment)) gone.push_back(segment);
  }
  if (gone.empty()) return;
  Transaction transaction{owner_.session().connection(), owner_.options().log};
  for (const Uuid& segment : gone) {
    transaction.execute("DELETE FROM journal_position WHERE segment = ?", {segment});
  }
  transaction.commit();
}

void Housekeeping::release_damaged() {
  const std::vector<journal::SegmentFile> damaged = archive_.list_damaged();
  if (damaged.empty() || !has_time()) return;
  const std::vector<Uuid> needed = segments_in_need(owner_.session().connection());
  for (const journal::SegmentFile& segment : damaged) {
    if (std::ranges::find(needed, segment.id) == needed.end()) {
      archive_.release_damaged(segment.id);
    }
  }
}

void Housekeeping::pack() {
  std::vector<journal::ArchivedFile> small;
  for (journal::ArchivedFile& file : archive_.list()) {
    if (file.bytes < owner_.options().limits.segment_bytes / 4) small.push_back(std::move(file));
  }
  if (small.size() <= owner_.options().limits.small_files_max || !has_time()) return;
  archive_.pack(small, owner_.options().clock, owner_.options().random);
  owner_.session().step("archive.packed");
}

FinishReport Owner::finish(Seconds budget) {
  const Instant end = options_.clock() + std::chrono::duration_cast<Microseconds>(budget);
  return Housekeeping{*this, end}.run();
}

}  // namespace shelduck::store::detail
