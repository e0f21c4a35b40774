// What the journal's tests share: a journal on a simulated disk, and short words for common steps.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/testing/simulated_disk.hpp"
#include "shelduck/journal/writer.hpp"

namespace shelduck::journal {

inline constexpr std::uint16_t kStart = 1;
inline constexpr std::uint16_t kEnd = 2;
inline constexpr std::uint16_t kNewerType = 99;

// Time that goes on by a second a look.
inline Clock ticking_clock() {
  return [now = std::make_shared<std::int64_t>(1'780'000'000)] {
    return Instant{std::chrono::seconds{++*now}};
  };
}

inline RandomSource seeded_random(std::uint64_t seed) {
  return [engine = std::make_shared<std::mt19937_64>(seed)](std::span<std::uint8_t> bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>((*engine)());
  };
}

// A journal /d/h.duckdb.journal on a disk that a test can hurt.
struct TestJournal {
  TestJournal() {
    disk.put("/d/", "");
    testing::SimulatedProcess maker{disk, 1};
    identity = make_journal(maker, directory, {Uuid{{1, 2, 3}}, "history"});
  }

  [[nodiscard]] WriterOptions options() const {
    return {.database = database,
            .domain = "history",
            .types = {{kStart, RecordClass::ordinary}, {kEnd, RecordClass::reserved}},
            .clock = clock,
            .random = random};
  }

  [[nodiscard]] ReaderOptions reader() const { return {identity, {kStart, kEnd}}; }

  [[nodiscard]] BacklogOptions backlog(Include include = Include::journal) const {
    return {.directory = directory, .reader = reader(), .include = include};
  }

  [[nodiscard]] std::string path(const Uuid& segment, Shelf shelf = Shelf::open) const {
    return segment_path(directory, segment, shelf);
  }

  testing::SimulatedDisk disk;
  std::string database = "/d/h.duckdb";
  std::string directory = "/d/h.duckdb.journal";
  Identity identity;
  Clock clock = ticking_clock();
  RandomSource random = seeded_random(7);
};

// The kind of error that an action throws.
inline ErrorKind kind_of(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "nothing was thrown";
  return ErrorKind::bug;
}

// The segments that the journal's folder lists.
inline std::vector<SegmentFile> segments(TestJournal& journal) {
  testing::SimulatedProcess looker{journal.disk, 1000};
  return list_segments(looker, journal.directory);
}

inline Ticket append(Writer& writer, std::string_view payload, std::uint16_t type = kStart) {
  const RecordView record{type, payload};
  return writer.append({&record, 1});
}

// Durable when it returns.
inline Position record(Writer& writer, std::string_view payload, std::uint16_t type = kStart) {
  const Ticket ticket = append(writer, payload, type);
  writer.commit(ticket);
  return writer.position(ticket);
}

// The payloads that are left in a segment.
inline std::vector<std::string> payloads(SegmentReader& reader) {
  std::vector<std::string> found;
  while (const auto record = reader.next()) found.emplace_back(record->payload);
  return found;
}

// The payloads of the whole journal, in the order of its segments, as its owner reads them.
inline std::vector<std::string> read_everything(FileSystem& files, const BacklogOptions& options) {
  Backlog backlog(files, options);
  backlog.scan();
  for (SegmentReader* segment : backlog.segments()) static_cast<void>(backlog.try_own(*segment));
  std::vector<std::string> found;
  for (SegmentReader* segment : backlog.segments()) {
    for (std::string& payload : payloads(*segment)) found.push_back(std::move(payload));
  }
  return found;
}

using Payloads = std::vector<std::string>;

}  // namespace shelduck::journal
