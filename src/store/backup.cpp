#include "shelduck/store/backup.hpp"

#include <algorithm>
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

// A rename where the place is on the same file system, else a copy that is renamed when whole.
void put_in_place(const std::filesystem::path& staged, const std::filesystem::path& folder) {
  detail::make_folder(detail::folder_of(folder));
  std::error_code failure;
  std::filesystem::rename(staged, folder, failure);
  if (failure) {
    if (failure != std::errc::cross_device_link) {
      throw system_error("rename", folder.string(), failure.value());
    }
    const std::filesystem::path partial = detail::free_name(folder, "partial");
    std::filesystem::copy(staged, partial, std::filesystem::copy_options::recursive);
    sync_files(partial);
    std::filesystem::rename(partial, folder);
    std::filesystem::remove_all(staged);
  }
  detail::sync_directory(detail::folder_of(folder));
}

// Oldest first go the backups of this domain that are one too many.
std::vector<std::filesystem::path> rotate(const std::filesystem::path& folder,
                                          const std::string& domain, int keep) {
  std::vector<std::pair<Instant, std::filesystem::path>> older;
  for (const auto& entry : std::filesystem::directory_iterator{detail::folder_of(folder)}) {
    if (!entry.is_directory() || entry.path().filename() == folder.filename()) continue;
    const std::optional<detail::Manifest> manifest = detail::read_manifest(entry.path());
    if (manifest && manifest->domain == domain) {
      older.emplace_back(manifest->made_at, entry.path());
    }
  }
  std::ranges::sort(older, std::greater{});
  std::vector<std::filesystem::path> removed;
  for (std::size_t i = static_cast<std::size_t>(keep) - 1; i < older.size(); ++i) {
    std::filesystem::remove_all(older[i].second);
    removed.push_back(older[i].second);
  }
  return removed;
}

}  // namespace

BackupReport back_up(Store& store, const std::filesystem::path& folder,
                     const BackupOptions& options) {
  if (options.keep && *options.keep < 1) {
    throw Error{ErrorKind::invalid_input,
                "a backup that keeps none makes no sense",
                {.field = "keep", .value = std::to_string(*options.keep), .rule = "at least 1"}};
  }
  const std::filesystem::path place = std::filesystem::absolute(folder).lexically_normal();
  const std::filesystem::path named = place.has_filename() ? place : place.parent_path();
  require_new_place(named);
  detail::Session& session = store.owner().session();
  const detail::Copy copy = detail::make_copy(session, "backup", options.format);
  put_in_place(copy.folder, named);
  session.step("backup.in_place");
  BackupReport report{.path = named, .bytes = copy.bytes, .tables = copy.tables, .removed = {}};
  // The automatic backup beside the database is never one of those that rotate.
  if (options.keep) report.removed = rotate(named, session.domain().name, *options.keep);
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
