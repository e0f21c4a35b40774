// How this program opens a journal: of the history, or of the readings of sensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "shelduck/history/records/record.hpp"
#include "shelduck/journal/writer.hpp"

namespace shelduck::front {

enum class JournalDomain : std::uint8_t { history, sensors };

struct JournalPlace {
  std::filesystem::path database;
  std::uint64_t floor_bytes = 64'000'000;
  Seconds wait{10};  // how long a restore is waited for
  JournalDomain domain = JournalDomain::history;
  // What the database is to be made with, for a journal that is there before it.
  std::optional<std::string> engine{};
};

// The options of a writer for the journal beside `database`. Folders and, where there is neither
// database nor journal, the journal are made; a standing restore is waited for, and `restore_seen`
// is called each time it is looked at. Throws Error.
[[nodiscard]] journal::WriterOptions open_journal(journal::FileSystem& files,
                                                  const JournalPlace& place,
                                                  std::function<void()> restore_seen);

[[nodiscard]] std::vector<journal::RecordView> views_of(
    std::span<const history::EncodedRecord> records);

// Appends and returns when all of it is on the disk.
void record_durably(const JournalPlace& place, std::span<const history::EncodedRecord> records);

}  // namespace shelduck::front
