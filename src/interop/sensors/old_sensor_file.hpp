// OldSensorFile reads the SQLite file of an older program for the same nodes: all rows of its table
// sensor_readings in the order of their row ids, a piece at a time, each a reading or refused with
// its rule. The file is only read, nothing stays beside it, and it may be in use: between two
// pieces no lock is held, so its program goes on writing, and rows that come meanwhile come last.
//
//   OldSensorFile file{"/data/sensor_data.db", {.wait = Seconds{10}, .temporary = "/tmp"}};
//   for (auto rows = file.next(10'000); !rows.empty(); rows = file.next(10'000)) use(rows);
//   file.require_whole();
//
// Two shapes are known: that with `node_address`, and the later one with `device_id`, which is the
// node then. Where a crash of its program left a log that has to be rolled back first, that is done
// in a copy below `temporary`. Of a refused row, node and second are told where they can be read.
// Failure: not_found; invalid_input for what is no SQLite file or of neither shape; busy where its
//          program held its lock longer than `wait`; corrupt for a damaged file: by
//          require_whole(), after the rows before the damage were given.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/claim.hpp"

namespace shelduck::interop {

class SqliteConnection;

struct OldSensorFileOptions {
  Seconds wait{10};
  std::filesystem::path temporary{"/tmp"};
};

class OldSensorFile {
 public:
  OldSensorFile(const std::filesystem::path& file, const OldSensorFileOptions& options);
  ~OldSensorFile();
  OldSensorFile(OldSensorFile&&) noexcept;
  OldSensorFile& operator=(OldSensorFile&&) noexcept;

  // As many as there are now; nothing where a damage keeps them from being counted.
  [[nodiscard]] std::optional<std::int64_t> count();

  // The next ones, at most `most`; none at the end, or at a damage. Fewer than `most` are the last
  // ones for now. Their texts live until the next call.
  [[nodiscard]] std::vector<sensors::IncomingRow> next(std::size_t most);

  // Throws what next() met.
  void require_whole() const;

  // How many the table itself counts up to the last one that next() gave.
  [[nodiscard]] std::int64_t count_given();

  // From now on next() gives the same rows once more, and none that came since.
  void begin_again();

 private:
  friend class OldSensorTarget;
  OldSensorFile(const SqliteConnection& connection, const std::filesystem::path& file);

  class Source;
  std::unique_ptr<Source> source_;
};

}  // namespace shelduck::interop
