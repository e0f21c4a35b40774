// OldSensorTarget writes readings into the SQLite file of an older program for the same nodes, with
// the tables and indexes that it makes for itself.
//
//   OldSensorTarget target{"/data/sensor_data.db", {.wait = Seconds{10}}};
//   while (const auto rows = readings.next()) target.add(*rows);
//   target.fill_nodes();
//   if (is_whole(target.reader())) target.put_in_place();
//
// A new file is made in a folder beside its name, NAME.unfinished, and gets the name when it is
// whole and on the disk. One that
// is there keeps its rows and gets those of other nodes and seconds, all in one transaction; its
// program waits meanwhile, and what a kill left is undone by whoever opens it next. So there is
// never half a file.
// Failure: invalid_input for a file that is not that program's; busy where its program held its
//          lock longer than `wait`; conflict where somebody else made the file meanwhile; exhausted
//          where the disk is full; io.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "shelduck/core/time.hpp"
#include "shelduck/interop/sensors/old_sensor_file.hpp"
#include "shelduck/sensors/records/reading.hpp"

namespace shelduck::interop {

// The numbers of that program are signed.
inline constexpr std::uint64_t kOldAddressMax = INT64_MAX;

struct OldSensorTargetOptions {
  Seconds wait{10};
};

class OldSensorTarget {
 public:
  OldSensorTarget(const std::filesystem::path& file, const OldSensorTargetOptions& options);
  ~OldSensorTarget();  // without put_in_place() nothing was done
  OldSensorTarget(OldSensorTarget&&) noexcept;
  OldSensorTarget& operator=(OldSensorTarget&&) noexcept;

  // Those whose node and second are there already stay as they are. Returns how many were not.
  // Addresses are at most kOldAddressMax.
  std::int64_t add(std::span<const sensors::Reading> readings);

  // The list of nodes, with those that add() was given counted anew; and the indexes.
  void fill_nodes();

  // All that is there so far. Ends before put_in_place() is called.
  [[nodiscard]] OldSensorFile reader() const;

  // On the disk when it returns.
  void put_in_place();

 private:
  class Target;
  std::unique_ptr<Target> target_;
};

}  // namespace shelduck::interop
