// ReadingsJournal brings rows from a serial port to the journal beside a database of readings: the
// good ones as readings, the others for quarantine. What is older than the edge of a prune is one
// of the others: the edge stands beside the journal, so no database is asked.
//
//   ReadingsJournal journal{place};
//   journal.add(row, now);
//   journal.commit();            // everything that was added is on the disk
//
// Rows wait in memory until a commit succeeds: after one that failed the next takes them again.
// Threads: one. Failure: Error, as journal::Writer's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shelduck/front/journal_entry.hpp"
#include "shelduck/sensors/records/record.hpp"
#include "shelduck/wire/serial_lines.hpp"

namespace shelduck::front {

class ReadingsJournal {
 public:
  // Opens the journal; makes one where there is none.
  explicit ReadingsJournal(const JournalPlace& place);

  // `now` in Unix seconds.
  void add(wire::SerialRow row, std::int64_t now);

  void commit();

  // Gives up what waits.
  void forget() noexcept;

  [[nodiscard]] std::size_t waiting() const noexcept { return good_.size() + refused_.size(); }
  [[nodiscard]] std::uint64_t readings() const noexcept { return written_readings_; }
  [[nodiscard]] std::uint64_t refused() const noexcept { return written_refused_; }

 private:
  void refuse(wire::SerialRow row, std::int64_t now);
  void refuse_pruned();

  journal::PosixFileSystem files_;
  journal::Writer writer_;
  const std::string directory_;  // after the writer, who makes the folders above it
  std::vector<wire::SerialRow> good_;
  std::vector<sensors::RefusedRow> refused_;
  std::int64_t newest_ = 0;  // when the last row came, in Unix seconds
  std::uint64_t written_readings_ = 0;
  std::uint64_t written_refused_ = 0;
};

}  // namespace shelduck::front
