#include "shelduck/front/journal_entry.hpp"

#include <time.h>

#include <chrono>
#include <utility>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/sensors/records/record.hpp"

namespace shelduck::front {
namespace {

using Monotonic = std::chrono::steady_clock;

journal::RecordType sensors_type(sensors::RecordType number, journal::RecordClass record_class) {
  return {static_cast<std::uint16_t>(number), record_class};
}

std::vector<journal::RecordType> record_types(JournalDomain domain) {
  using enum sensors::RecordType;
  using enum journal::RecordClass;
  if (domain == JournalDomain::sensors) {
    return {sensors_type(readings_taken, ordinary), sensors_type(node_labelled, ordinary),
            sensors_type(rows_refused, ordinary), sensors_type(readings_pruned, reserved),
            sensors_type(refused_dropped, reserved)};
  }
  std::vector<journal::RecordType> types;
  for (const std::uint16_t type : history::known_record_types()) {
    const bool is_reserved = history::is_reserved(static_cast<history::RecordType>(type));
    types.push_back({type, is_reserved ? reserved : ordinary});
  }
  return types;
}

void pause() {
  constexpr timespec kPause{0, 20'000'000};
  nanosleep(&kPause, nullptr);
}

}  // namespace

journal::WriterOptions open_journal(journal::FileSystem& files, const JournalPlace& place,
                                    std::function<void()> restore_seen) {
  commands::make_private_folders(place.database.parent_path());
  const auto deadline =
      Monotonic::now() + std::chrono::duration_cast<Monotonic::duration>(place.wait);
  journal::WriterOptions options{
      .database = journal::canonical_path(place.database.string()),
      .domain = place.domain == JournalDomain::sensors ? "sensors" : "history",
      .types = record_types(place.domain),
      .clock = system_clock(),
      .random = system_random(),
      .wait_for_restore =
          [deadline, seen = std::move(restore_seen)] {
            seen();
            if (Monotonic::now() >= deadline) return false;
            pause();
            return true;
          },
      .floor_bytes = place.floor_bytes};
  while (journal::intent_stands(files, options.database)) {
    if (options.wait_for_restore()) continue;
    throw Error{ErrorKind::busy,
                "a restore of '" + options.database + "' is under way",
                {.field = "path", .value = options.database, .hint = "try again when it is done"}};
  }
  open_or_create_journal(files, options.database,
                         {options.domain, options.clock, options.random, place.engine});
  return options;
}

std::vector<journal::RecordView> views_of(std::span<const history::EncodedRecord> records) {
  std::vector<journal::RecordView> views;
  for (const history::EncodedRecord& record : records) {
    views.push_back({record.type, record.payload});
  }
  return views;
}

void record_durably(const JournalPlace& place, std::span<const history::EncodedRecord> records) {
  journal::PosixFileSystem files;
  journal::Writer writer{files, open_journal(files, place, [] {})};
  writer.commit(writer.append(views_of(records)));
}

}  // namespace shelduck::front
