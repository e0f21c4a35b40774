#include "shelduck/front/readings_journal.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/core/utf8.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::front {

using sensors::RefusedRow;

ReadingsJournal::ReadingsJournal(const JournalPlace& place)
    : writer_(files_, open_journal(files_, place, [] {})),
      directory_(journal::journal_directory(journal::canonical_path(place.database.string()))) {}

void ReadingsJournal::add(wire::SerialRow row, std::int64_t now) {
  newest_ = now;
  if (!row.refusal) return good_.push_back(std::move(row));
  refuse(std::move(row), now);
}

void ReadingsJournal::refuse(wire::SerialRow row, std::int64_t now) {
  refused_.push_back({.at = now,
                      .source = "serial",
                      .field = std::move(row.refusal->field),
                      .reason = std::move(row.refusal->reason),
                      .node_address = row.refusal->node_address,
                      .timestamp = row.refusal->timestamp,
                      .text = valid_utf8(row.source.substr(0, RefusedRow::kTextBytesMax))});
}

void ReadingsJournal::commit() {
  if (waiting() == 0) return;
  std::vector<journal::RecordView> views;
  std::string readings;
  std::string refused;
  refuse_pruned();
  if (!good_.empty()) {
    sensors::ReadingsTaken taken;
    for (const wire::SerialRow& row : good_) taken.readings.push_back(row.reading);
    std::ranges::sort(taken.readings, {}, &sensors::Reading::key);
    readings = sensors::encode(taken);
    views.push_back({static_cast<std::uint16_t>(sensors::ReadingsTaken::kType), readings});
  }
  if (!refused_.empty()) {
    refused = sensors::encode(sensors::RowsRefused{refused_});
    views.push_back({static_cast<std::uint16_t>(sensors::RowsRefused::kType), refused});
  }
  writer_.commit(writer_.append(views));
  written_readings_ += good_.size();
  written_refused_ += refused_.size();
  forget();
}

// Asked before each commit: a server may prune while this program listens.
void ReadingsJournal::refuse_pruned() {
  const std::int64_t edge = journal::read_edge(files_, directory_).value_or(sensors::kTimestampMin);
  std::vector<wire::SerialRow> kept;
  for (wire::SerialRow& row : good_) {
    if (row.reading.timestamp >= edge) {
      kept.push_back(std::move(row));
    } else {
      row.refusal = sensors::refusal_before(edge, row.reading.key());
      refuse(std::move(row), newest_);
    }
  }
  good_ = std::move(kept);
}

void ReadingsJournal::forget() noexcept {
  good_.clear();
  refused_.clear();
}

}  // namespace shelduck::front
