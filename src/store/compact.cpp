#include "shelduck/store/compact.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "shelduck/core/error.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/engine.hpp"
#include "shelduck/store/owner.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/sql_text.hpp"

namespace shelduck::store {

namespace {

using detail::Copy;
using detail::Owner;
using detail::Positions;
using detail::Session;

// The engine's file begins with three headers of this size.
constexpr std::int64_t kFileHeaderBytes = std::int64_t{3} * 4096;
// What the engine may write into the copy's log before it checkpoints it.
constexpr std::int64_t kLogBytes = 16LL << 20U;
constexpr std::int64_t kSparseShare = 8;

struct Blocks {
  std::int64_t bytes = 0;  // of one
  std::int64_t used = 0;
};

Blocks blocks_of(Connection& connection) {
  const Result result = connection.query(
      "SELECT block_size, used_blocks FROM pragma_database_size() "
      "WHERE database_name = current_database()");
  const Row row = result.first().value();
  return {row.get<std::int64_t>(0), row.get<std::int64_t>(1)};
}

std::int64_t blocks_of(Connection& connection, const std::string& table) {
  return connection.value<std::int64_t>(
      "SELECT count(DISTINCT block_id) FROM pragma_storage_info(" + literal(table) +
      ") WHERE persistent AND block_id >= 0");
}

FileSize measure(Session& session) {
  const Blocks blocks = blocks_of(session.connection());
  return {.file_bytes = static_cast<std::int64_t>(std::filesystem::file_size(session.path())),
          .live_bytes = kFileHeaderBytes + blocks.used * blocks.bytes};
}

bool is_worth_a_copy(const FileSize& size, Effort effort) {
  return effort == Effort::always ||
         (size.file_bytes - size.live_bytes) * kSparseShare >= size.file_bytes;
}

// What keeps the file as it is; empty where nothing does.
std::string obstacle(Owner& owner, const FileSize& size) {
  if (owner.session().database().impl().connections > 1) {
    return "the file keeps its size: other connections are at work in it";
  }
  const std::int64_t needed = size.live_bytes + kLogBytes + owner.options().floor_bytes;
  const std::uint64_t free = owner.files().free_bytes(detail::folder_of(owner.path()).string());
  if (free >= static_cast<std::uint64_t>(needed)) return {};
  return "the file keeps its size: there is no room for a smaller copy beside it (" +
         std::to_string(needed / 1'000'000) + " MB are needed, " +
         std::to_string(free / 1'000'000) + " MB are free); its free blocks will be used again";
}

// Digests leave out how far the journal is applied and whose it is: a file that stands for another
// must say the same there.
void require_same_place_in_journal(Session& session, const Copy& copy) {
  Database database = Database::open(copy.folder / detail::copy_name(session.domain().backend),
                                     {.access = Access::read_only, .locking = Locking::none});
  Connection connection{database};
  Positions positions;
  for (const Row row : connection.query("SELECT segment, sequence FROM journal_position")) {
    positions[row.get<Uuid>(0)] = static_cast<std::uint64_t>(row.get<std::int64_t>(1));
  }
  const auto identity = connection.value<Uuid>("SELECT identity FROM store_identity");
  if (positions == session.positions() && identity == session.stored_identity()) return;
  throw Error{ErrorKind::corrupt, "the copy in " + copy.folder.string() +
                                      " stands elsewhere in the journal; it was given up"};
}

// Nobody else has the file open here: closing it lets the engine's own lock go, the owner's stays.
void put_in_place(Owner& owner, const std::filesystem::path& made) {
  const auto quiet = owner.hold_interrupts();
  Session& session = owner.session();
  session.close();
  session.step("compact.closed");
  try {
    if (std::filesystem::exists(wal_path(session.path()))) {
      throw Error{ErrorKind::io, "the engine's log of " + session.path().string() + " stayed"};
    }
    detail::rename_durably(made, session.path());
  } catch (const Error&) {
    session.reopen();
    throw;
  }
  session.step("compact.in_place");
  session.reopen();
}

void replace_file(Owner& owner, const FileSize& size) {
  Session& session = owner.session();
  const Copy copy = detail::make_copy(session, "compact", BackupFormat::database);
  const std::filesystem::path made = copy.folder / detail::copy_name(session.domain().backend);
  require_same_place_in_journal(session, copy);
  std::filesystem::permissions(made, std::filesystem::status(session.path()).permissions());
  session.step("compact.copied");
  const auto copied = static_cast<std::int64_t>(std::filesystem::file_size(made));
  if (copied + blocks_of(session.connection()).bytes <= size.file_bytes) {
    put_in_place(owner, made);
  }
  std::filesystem::remove_all(detail::staging_folder(session.path()));
  session.step("compact.done");
}

}  // namespace

FileSize file_size(Store& store) { return measure(store.owner().session()); }

std::int64_t least_bytes(Connection& connection, std::span<const std::string_view> emptied) {
  std::int64_t blocks = 1;  // of the catalog
  for (const Row row : connection.query(
           "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal")) {
    const auto table = row.get<std::string>(0);
    const std::int64_t found = blocks_of(connection, table);
    const bool is_emptied = std::ranges::find(emptied, table) != emptied.end();
    blocks += is_emptied ? std::min<std::int64_t>(found, 1) : found;
  }
  return kFileHeaderBytes + blocks * blocks_of(connection).bytes;
}

CompactReport compact(Store& store, Effort effort) {
  Owner& owner = store.owner();
  owner.session().database().checkpoint();
  owner.session().step("compact.checkpointed");
  const FileSize size = measure(owner.session());
  CompactReport report{.bytes_before = size.file_bytes, .bytes_after = size.file_bytes};
  if (!is_worth_a_copy(size, effort)) return report;
  report.note = obstacle(owner, size);
  if (!report.note.empty()) return report;
  try {
    replace_file(owner, size);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::fatal || error.kind() == ErrorKind::cancelled) throw;
    std::error_code ignored;
    std::filesystem::remove_all(detail::staging_folder(owner.path()), ignored);
    report.note = std::string("the file keeps its size: ") + error.what();
  }
  report.bytes_after = measure(owner.session()).file_bytes;
  return report;
}

}  // namespace shelduck::store
