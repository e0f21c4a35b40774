// OldSensorFile reads the SQLite file of an older program for the same nodes: all rows of its table
// sensor_readings in the order of their ids, a piece at a time, each a reading or refused with its
// rule. The file is only read, and may be in use: between two pieces no lock is held, so its
// program goes on writing, and rows that come meanwhile come last.
//
//   OldSensorFile file{"/data/sensor_data.db", {.wait = Seconds{10}, .temporary = "/tmp"}};
//   for (auto rows = file.next(10'000); !rows.empty(); rows = file.next(10'000)) use(rows);
//   file.require_whole();
//
// Two shapes are known: that with `node_address`, and the later one with `device_id`, which is the
// node then. Where a crash of its program left a log that has to be rolled back first, that is done
// in a copy below `temporary`.
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

struct sqlite3;

namespace shelduck::interop {

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

  // One node's readings among the rows that next() gave, ascending by timestamp after `after`, at
  // most `most`. Refused rows are left out.
  [[nodiscard]] std::vector<sensors::Reading> of_node(std::uint64_t address, std::int64_t after,
                                                      std::size_t most);

 private:
  friend class OldSensorTarget;
  OldSensorFile(std::shared_ptr<sqlite3> handle, const std::filesystem::path& file);

  class Opened;
  std::unique_ptr<Opened> opened_;
};

}  // namespace shelduck::interop
