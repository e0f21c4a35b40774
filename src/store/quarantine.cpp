#include "shelduck/store/quarantine.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/store/quarantine_desk.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store {

namespace {

std::vector<Uuid> chosen(Connection& connection, std::span<const Uuid> ids) {
  std::vector<Uuid> present;
  for (const Row row : connection.query("SELECT id FROM quarantine ORDER BY id")) {
    present.push_back(row.get<Uuid>(0));
  }
  for (const Uuid& id : ids) {
    if (std::ranges::binary_search(present, id)) continue;
    throw Error{ErrorKind::not_found,
                "no record " + to_string(id) +
                    " is in quarantine; nothing was "
                    "done",
                {.field = "id", .value = to_string(id)}};
  }
  return ids.empty() ? present : std::vector<Uuid>{ids.begin(), ids.end()};
}

QuarantineReport write_for_each(Store& store, std::span<const Uuid> ids, std::uint16_t type) {
  const std::vector<Uuid> rows = chosen(store.connection(), ids);
  std::vector<Record> records;
  for (const Uuid& id : rows) records.push_back(detail::quarantine_record(type, id));
  store.write(records);
  QuarantineReport report{.asked = static_cast<std::int64_t>(rows.size())};
  for (const Uuid& id : rows) {
    report.left += store.connection().value<std::int64_t>(
        "SELECT count(*) FROM quarantine WHERE id = ?", {id});
  }
  return report;
}

}  // namespace

std::vector<QuarantinedRecord> list_quarantine(Connection& connection, const QuarantinePage& page) {
  std::vector<QuarantinedRecord> records;
  for (const Row row : connection.query(
           "SELECT id, source, octet_length(record), reason, \"at\", segment, sequence "
           "FROM quarantine WHERE id > ? ORDER BY id LIMIT ?",
           {page.after.value_or(Uuid{}), page.limit})) {
    records.push_back({.id = row.get<Uuid>(0),
                       .source = row.get<std::string>(1),
                       .bytes = row.get<std::optional<std::int64_t>>(2),
                       .reason = row.get<std::string>(3),
                       .at = row.get<Instant>(4),
                       .segment = row.get<Uuid>(5),
                       .sequence = static_cast<std::uint64_t>(row.get<std::int64_t>(6))});
  }
  return records;
}

QuarantineReport retry_quarantine(Store& store, std::span<const Uuid> ids) {
  return write_for_each(store, ids, detail::kQuarantineRetry);
}

QuarantineReport drop_quarantine(Store& store, std::span<const Uuid> ids) {
  return write_for_each(store, ids, detail::kQuarantineDrop);
}

Document document(const QuarantinedRecord& record) {
  return Document::object()
      .set("id", record.id)
      .set("source", record.source)
      .set("record_bytes", record.bytes)
      .set("reason", record.reason)
      .set("at", record.at)
      .set("segment", record.segment)
      .set("sequence", record.sequence);
}

Document document(const QuarantineReport& report) {
  return Document::object().set("asked", report.asked).set("left", report.left);
}

}  // namespace shelduck::store
