#include "shelduck/store/stats.hpp"

#include <unistd.h>

#include <fstream>
#include <numeric>

#include "shelduck/journal/archive.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/engine.hpp"
#include "shelduck/store/owner.hpp"

namespace shelduck::store {
namespace {

// Second figure of proc_pid_statm(5), in pages.
std::int64_t resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::int64_t size = 0;
  std::int64_t resident = 0;
  statm >> size >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

std::int64_t bytes_of(journal::FileSystem& files, const std::string& path) {
  const auto status = files.status(path);
  return status ? static_cast<std::int64_t>(status->bytes) : 0;
}

StoreStats::Memory memory_of(detail::Session& session) {
  StoreStats::Memory memory{.limit_bytes = session.database().impl().memory_bytes,
                            .resident_bytes = resident_bytes(),
                            .components = session.connection().memory_use()};
  memory.engine_bytes =
      std::accumulate(memory.components.begin(), memory.components.end(), std::int64_t{0},
                      [](std::int64_t sum, const MemoryUse& use) { return sum + use.bytes; });
  return memory;
}

std::int64_t free_bytes_of(Connection& connection) {
  return connection.value<std::int64_t>(
      connection.backend() == Backend::sqlite
          ? "SELECT f.freelist_count * p.page_size FROM pragma_freelist_count AS f, "
            "pragma_page_size AS p"
          : "SELECT block_size * free_blocks FROM pragma_database_size() WHERE database_name = "
            "current_database()");
}

StoreStats::File file_of(detail::Owner& owner) {
  StoreStats::File file{.bytes = bytes_of(owner.files(), owner.path().string()),
                        .free_bytes = free_bytes_of(owner.session().connection())};
  for (const auto& log : log_paths(owner.path())) {
    file.log_bytes += bytes_of(owner.files(), log.string());
  }
  return file;
}

StoreStats::Journal journal_of(detail::Owner& owner) {
  StoreStats::Journal journal;
  const std::string folder = owner.journal_directory();
  for (const journal::SegmentFile& segment : journal::list_segments(owner.files(), folder)) {
    ++journal.segments;
    journal.bytes += bytes_of(owner.files(), segment.path);
  }
  const journal::Archive archive{owner.files(), folder};
  journal.archived_bytes = static_cast<std::int64_t>(archive.bytes());
  for (const journal::SegmentFile& segment : archive.list_damaged()) {
    journal.damaged_bytes += bytes_of(owner.files(), segment.path);
  }
  return journal;
}

Document components_of(const StoreStats& stats) {
  Document components = Document::array();
  for (const MemoryUse& use : stats.memory.components) {
    components.add(Document::object()
                       .set("component", use.component)
                       .set("bytes", use.bytes)
                       .set("spilled_bytes", use.spilled_bytes));
  }
  return components;
}

Document tables_of(const StoreStats& stats) {
  Document tables = Document::array();
  for (const TableState& table : stats.tables) {
    tables.add(Document::object().set("table", table.table).set("rows", table.rows));
  }
  return tables;
}

}  // namespace

StoreStats store_stats(Store& store) {
  detail::Owner& owner = store.owner();
  const auto waiting = static_cast<std::int64_t>(owner.apply().waiting);
  Connection& connection = owner.session().connection();
  StoreStats stats{.backend = connection.backend(),
                   .memory = memory_of(owner.session()),
                   .file = file_of(owner),
                   .journal = journal_of(owner),
                   .tables = detail::table_rows(connection)};
  stats.journal.waiting_records = waiting;
  return stats;
}

Document document(const StoreStats& stats) {
  return Document::object()
      .set("backend", word_of(stats.backend))
      .set("memory", Document::object()
                         .set("resident_bytes", stats.memory.resident_bytes)
                         .set("engine_bytes", stats.memory.engine_bytes)
                         .set("engine_limit_bytes", stats.memory.limit_bytes)
                         .set("components", components_of(stats)))
      .set("file", Document::object()
                       .set("bytes", stats.file.bytes)
                       .set("free_bytes", stats.file.free_bytes)
                       .set("log_bytes", stats.file.log_bytes))
      .set("journal", Document::object()
                          .set("segments", stats.journal.segments)
                          .set("bytes", stats.journal.bytes)
                          .set("archived_bytes", stats.journal.archived_bytes)
                          .set("damaged_bytes", stats.journal.damaged_bytes)
                          .set("waiting_records", stats.journal.waiting_records))
      .set("tables", tables_of(stats));
}

}  // namespace shelduck::store
