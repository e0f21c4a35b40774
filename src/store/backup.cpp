#include "shelduck/store/backup.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/owner.hpp"
#include "shelduck/store/path.hpp"

namespace shelduck::store {

namespace {

void require_new_place(const std::filesystem::path& folder) {
  if (std::filesystem::exists(std::filesystem::symlink_status(folder))) {
    throw Error{
        ErrorKind::invalid_input,
        folder.string() + " is there already; nothing was changed",
        {.field = "DIR", .value = folder.string(), .rule = "a folder that does not exist yet"}};
  }
}

void sync_files(const std::filesystem::path& folder) {
  for (const auto& file : std::filesystem::directory_iterator{folder}) {
    detail::sync_file(file.path());
  }
  detail::sync_directory(folder);
}

void copy_files(const std::filesystem::path& from, const std::filesystem::path& to) {
  detail::make_folder(to);
  for (const auto& file : std::filesystem::directory_iterator{from}) {
    detail::copy_plain_file(file.path(), to / file.path().filename());
  }
}

// A rename where the place is on the same file system, else a copy that is renamed when whole.
void put_in_place(const std::filesystem::path& staged, const std::filesystem::path& folder) {
  detail::make_folder(detail::folder_of(folder));
  detail::sync_directory(staged);
  std::error_code failure;
  std::filesystem::rename(staged, folder, failure);
  if (failure) {
    if (failure != std::errc::cross_device_link) {
      throw system_error("rename", folder.string(), failure.value());
    }
    const std::filesystem::path partial = detail::free_name(folder, "partial");
    copy_files(staged, partial);
    sync_files(partial);
    std::filesystem::rename(partial, folder);
    std::filesystem::remove_all(staged);
  }
  detail::sync_directory(detail::folder_of(folder));
}

// The names that the store gives to what belongs to a database, behind the file's own name.
constexpr std::array<std::string_view, 17> kOwnSuffixes{
    "",         ".wal",     ".lock",     ".journal",         ".backup",
    ".staging", ".restore", ".restored", ".backup-required", ".backup.old",
    ".rebuilt", ".checked", ".damaged",  ".predictions",     ".tmp",
    "-wal",     "-shm"};

// Where the next tidying up, rebuild or restore would remove it or take it for something else.
void require_foreign_place(const std::filesystem::path& database,
                           const std::filesystem::path& place) {
  std::error_code failure;
  const std::filesystem::path canonical = std::filesystem::weakly_canonical(place, failure);
  if (failure) throw system_error("look at", place.string(), failure.value());
  const std::filesystem::path below = canonical.lexically_relative(detail::folder_of(database));
  const std::string first = below.empty() ? "" : below.begin()->string();
  const std::string name = database.filename().string();
  const bool is_own = std::ranges::any_of(
      kOwnSuffixes, [&](std::string_view suffix) { return first == name + std::string(suffix); });
  if (!is_own) return;
  throw Error{ErrorKind::invalid_input,
              place.string() + " is a place of the database's own; nothing was changed",
              {.field = "DIR",
               .value = place.string(),
               .rule = "a folder outside " + name + " and of " + name + ".journal, " + name +
                       ".backup and what else belongs to it",
               .hint = "choose a folder elsewhere, best on another disk"}};
}

// 2026-05-01T03:00:00.25Z as 20260501T030000Z.
std::string stamp_of(Instant instant) {
  std::string stamp;
  for (const char one : to_string(std::chrono::floor<std::chrono::seconds>(instant))) {
    if (one != '-' && one != ':') stamp += one;
  }
  return stamp;
}

bool is_digit(char one) { return one >= '0' && one <= '9'; }

// True for what stamped_place() makes of the stem: a moment, and a number where two share it.
bool is_of_stem(std::string_view name, std::string_view stem) {
  constexpr std::string_view kMoment{"-########T######Z"};
  if (!name.starts_with(stem) || name.size() < stem.size() + kMoment.size()) return false;
  const std::string_view moment = name.substr(stem.size(), kMoment.size());
  const bool is_moment = std::ranges::equal(moment, kMoment, [](char one, char place) {
    return place == '#' ? is_digit(one) : one == place;
  });
  const std::string_view number = name.substr(stem.size() + kMoment.size());
  return is_moment && (number.empty() || (number.size() > 1 && number.front() == '-' &&
                                          std::ranges::all_of(number.substr(1), is_digit)));
}

std::filesystem::path stamped_place(const std::filesystem::path& stem, Instant now) {
  const std::string base = stem.string() + "-" + stamp_of(now);
  std::filesystem::path place = base;
  for (int number = 2; std::filesystem::exists(std::filesystem::symlink_status(place)); ++number) {
    place = base + "-" + std::to_string(number);
  }
  return place;
}

bool is_one_of(const std::filesystem::path& folder, const std::filesystem::path& stem,
               const Uuid& identity) {
  if (!is_of_stem(folder.filename().string(), stem.filename().string())) return false;
  try {
    const std::optional<detail::Manifest> manifest = detail::read_manifest(folder);
    return manifest && manifest->identity == identity;
  } catch (const Error&) {
    return false;  // a damaged manifest does not say whose backup it is
  }
}

// Oldest first go those that are one too many.
std::vector<std::filesystem::path> rotate_stem(const std::filesystem::path& stem,
                                               const Uuid& identity, int keep) {
  std::vector<std::pair<Instant, std::filesystem::path>> made;
  for (const auto& entry : std::filesystem::directory_iterator{detail::folder_of(stem)}) {
    if (!entry.is_directory() || entry.is_symlink()) continue;
    if (!is_one_of(entry.path(), stem, identity)) continue;
    made.emplace_back(detail::read_manifest(entry.path())->made_at, entry.path());
  }
  std::ranges::sort(made, std::greater{});
  std::vector<std::filesystem::path> removed;
  for (std::size_t i = static_cast<std::size_t>(keep); i < made.size(); ++i) {
    std::filesystem::remove_all(made[i].second);
    removed.push_back(made[i].second);
  }
  return removed;
}

std::filesystem::path without_end(const std::filesystem::path& folder) {
  const std::filesystem::path place = std::filesystem::absolute(folder).lexically_normal();
  return place.has_filename() ? place : place.parent_path();
}

// What is said of a copy stands in it.
BackupReport report_of(const std::filesystem::path& target, detail::Manifest manifest) {
  BackupReport report{.path = target, .tables = std::move(manifest.tables), .removed = {}};
  for (const auto& file : std::filesystem::directory_iterator{target}) {
    report.bytes += file.file_size();
  }
  return report;
}

detail::Manifest manifest_in(const std::filesystem::path& folder) {
  std::optional<detail::Manifest> manifest = detail::read_manifest(folder);
  if (manifest) return std::move(*manifest);
  throw Error{ErrorKind::corrupt, folder.string() + " holds no whole backup; it was given up"};
}

}  // namespace

BackupPlace::BackupPlace(const std::filesystem::path& database, const std::filesystem::path& folder,
                         const BackupOptions& options, Instant now)
    : named_(without_end(folder)), keep_(options.keep) {
  if (keep_ && *keep_ < 1) {
    throw Error{ErrorKind::invalid_input,
                "a backup that keeps none makes no sense",
                {.field = "keep", .value = std::to_string(*keep_), .rule = "at least 1"}};
  }
  require_foreign_place(database, named_);
  target_ = keep_ ? stamped_place(named_, now) : named_;
  require_new_place(target_);
}

std::filesystem::path BackupPlace::make_folder_beside() const {
  std::filesystem::path folder = detail::free_name(target_, "partial");
  detail::make_folder(folder);
  return folder;
}

void BackupPlace::put(const std::filesystem::path& copy) const { put_in_place(copy, target_); }

std::vector<std::filesystem::path> BackupPlace::rotate(const Uuid& identity) const {
  return keep_ ? rotate_stem(named_, identity, *keep_) : std::vector<std::filesystem::path>{};
}

BackupReport BackupPlace::take(const std::filesystem::path& copy) const {
  try {
    detail::Manifest manifest = manifest_in(copy);
    const Uuid identity = manifest.identity;
    put(copy);
    BackupReport report = report_of(target_, std::move(manifest));
    report.removed = rotate(identity);
    return report;
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove_all(copy, ignored);
    throw;
  }
}

std::filesystem::path automatic_backup(const std::filesystem::path& database) {
  return database.string() + ".backup";
}

std::optional<BackupKind> kind_of_backup(const std::filesystem::path& folder) {
  const auto manifest = detail::read_manifest(folder);
  if (!manifest) return std::nullopt;
  const bool is_sqlite = std::filesystem::exists(folder / detail::copy_name(Backend::sqlite));
  return BackupKind{manifest->domain, is_sqlite ? Backend::sqlite : Backend::duckdb};
}

std::filesystem::path make_backup(Store& store, BackupFormat format, const HeadwaySink& sink) {
  return detail::make_copy(store.owner().session(), "backup", format, sink).folder;
}

BackupReport back_up(Store& store, const std::filesystem::path& folder,
                     const BackupOptions& options) {
  detail::Session& session = store.owner().session();
  const BackupPlace place{store.path(), folder, options, session.options().clock()};
  const detail::Copy copy = detail::make_copy(session, "backup", options.format);
  place.put(copy.folder);
  session.step("backup.in_place");
  BackupReport report{
      .path = place.target(), .bytes = copy.bytes, .tables = copy.tables, .removed = {}};
  report.removed = place.rotate(store.identity());
  return report;
}

Document document(const std::vector<TableState>& tables) {
  Document list = Document::array();
  for (const TableState& state : tables) {
    list.add(Document::object().set("table", state.table).set("rows", state.rows));
  }
  return list;
}

Document document(const BackupReport& report) {
  Document removed = Document::array();
  for (const auto& path : report.removed) removed.add(path.string());
  return Document::object()
      .set("path", report.path.string())
      .set("bytes", report.bytes)
      .set("tables", document(report.tables))
      .set("removed", std::move(removed));
}

}  // namespace shelduck::store
