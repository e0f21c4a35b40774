#include "shelduck/store/quarantine_desk.hpp"

#include <algorithm>

namespace shelduck::store {

void ApplyContext::announce(Events events) {
  if (events_ != nullptr && events.size > 0) events_->push_back(std::move(events));
}

Events one_event(std::string type, std::string json) {
  return {.type = std::move(type), .size = 1, .json = [text = std::move(json)](std::size_t) {
            return text;
          }};
}

void ApplyContext::quarantine(const Frame& frame, const Refusal& refusal) {
  desk_.put(frame, refusal);
}

namespace detail {

namespace {

// A segment's id is of version 7: its first 48 bits are milliseconds.
Instant instant_of(const Uuid& segment) {
  std::int64_t milliseconds = 0;
  for (std::size_t i = 0; i < 6; ++i) milliseconds = milliseconds << 8 | segment.bytes[i];
  return Instant{std::chrono::milliseconds{milliseconds}};
}

std::string_view bytes_of(const Uuid& uuid) {
  return {reinterpret_cast<const char*>(uuid.bytes.data()), uuid.bytes.size()};
}

}  // namespace

std::vector<RecordType> store_record_types() {
  return {{kQuarantineRetry, RecordClass::ordinary}, {kQuarantineDrop, RecordClass::reserved}};
}

Record quarantine_record(std::uint16_t type, const Uuid& id) {
  return {type, std::string(bytes_of(id))};
}

Uuid quarantine_id(const Frame& frame) {
  std::string bytes{"record"};
  bytes += static_cast<char>(frame.type & 0xffU);
  bytes += static_cast<char>(frame.type >> 8U);
  bytes += frame.payload;
  return derived_uuid(bytes);
}

Uuid quarantine_id(const journal::DamagedRange& range) {
  std::string bytes{"damage"};
  bytes += bytes_of(range.segment);
  bytes += std::to_string(range.offset);
  return derived_uuid(bytes);
}

void QuarantineDesk::put(const Frame& frame, const ApplyContext::Refusal& refusal) {
  Entry entry{.id = quarantine_id(frame),
              .type = frame.type,
              .refusal = refusal,
              .position = frame.position};
  if (has_room_for(frame.payload.size())) entry.record = frame.payload;
  insert(entry);
}

void QuarantineDesk::put(const journal::DamagedRange& range) {
  insert({.id = quarantine_id(range),
          .refusal = {.reason = "damaged range: " + std::to_string(range.bytes) +
                                " bytes at offset " + std::to_string(range.offset) +
                                " of the segment, " + std::to_string(range.frames) + " frames",
                      .source = "journal"},
          .position = {range.segment, 0}});
}

bool QuarantineDesk::has_room_for(std::size_t bytes) {
  if (!stored_bytes_) {
    const Result result = transaction_.query(
        "SELECT CAST(coalesce(sum(octet_length(record)), 0) AS BIGINT) FROM quarantine");
    stored_bytes_ = result.first().value().get<std::int64_t>(0);
  }
  const auto size = static_cast<std::int64_t>(bytes);
  if (size > kRecordBytesMax || *stored_bytes_ + size > kTotalBytesMax) return false;
  *stored_bytes_ += size;
  return true;
}

void QuarantineDesk::insert(const Entry& entry) {
  if (transaction_.query("SELECT 1 FROM quarantine_dropped WHERE id = ?", {entry.id}).first()) {
    return;
  }
  ++count_;
  const Result present =
      transaction_.query("SELECT segment, sequence FROM quarantine WHERE id = ?", {entry.id});
  if (const std::optional<Row> row = present.first()) {
    // Of equal records the first position counts, in whatever order they come.
    const Position was{row->get<Uuid>(0), static_cast<std::uint64_t>(row->get<std::int64_t>(1))};
    if (was <= entry.position) return;
    transaction_.execute("DELETE FROM quarantine WHERE id = ?", {entry.id});
  }
  std::optional<Bytes> record;
  if (entry.record) {
    record =
        Bytes{reinterpret_cast<const std::uint8_t*>(entry.record->data()), entry.record->size()};
  }
  transaction_.execute(
      "INSERT INTO quarantine (id, source, record, record_type, reason, \"at\", segment, sequence) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {entry.id, entry.refusal.source, record, entry.type, entry.refusal.reason,
       entry.refusal.at.value_or(instant_of(entry.position.segment)), entry.position.segment,
       entry.position.sequence});
}

void QuarantineDesk::drop(const Uuid& id) {
  if (transaction_.query("SELECT 1 FROM quarantine_dropped WHERE id = ?", {id}).first()) return;
  transaction_.execute("INSERT INTO quarantine_dropped VALUES (?)", {id});
  transaction_.execute("DELETE FROM quarantine WHERE id = ?", {id});
}

std::optional<QuarantineDesk::Taken> QuarantineDesk::take(const Uuid& id) {
  const Result result = transaction_.query(
      "SELECT record_type, record, segment, sequence FROM quarantine WHERE id = ?", {id});
  const std::optional<Row> row = result.first();
  if (!row || row->is_null(1)) return std::nullopt;
  Taken taken{
      .type = static_cast<std::uint16_t>(row->get<std::int64_t>(0)),
      .payload = row->get<std::string>(1),
      .position = {row->get<Uuid>(2), static_cast<std::uint64_t>(row->get<std::int64_t>(3))}};
  transaction_.execute("DELETE FROM quarantine WHERE id = ?", {id});
  return taken;
}

std::vector<Uuid> segments_in_need(Connection& connection) {
  std::vector<Uuid> segments;
  for (const Row row : connection.query(
           "SELECT DISTINCT segment FROM quarantine WHERE record IS NULL ORDER BY segment")) {
    segments.push_back(row.get<Uuid>(0));
  }
  return segments;
}

}  // namespace detail

}  // namespace shelduck::store
