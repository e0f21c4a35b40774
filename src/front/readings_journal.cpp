#include "shelduck/front/readings_journal.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/core/utf8.hpp"

namespace shelduck::front {

using sensors::RefusedRow;

ReadingsJournal::ReadingsJournal(const JournalPlace& place)
    : writer_(files_, open_journal(files_, place, [] {})) {}

void ReadingsJournal::add(wire::SerialRow row, std::int64_t now) {
  if (!row.refusal) return readings_.push_back(row.reading);
  refused_.push_back({.at = now,
                      .source = "serial",
                      .field = std::move(row.refusal->field),
                      .reason = std::move(row.refusal->reason),
                      .node_address = std::nullopt,
                      .timestamp = std::nullopt,
                      .text = valid_utf8(row.source.substr(0, RefusedRow::kTextBytesMax))});
}

void ReadingsJournal::commit() {
  if (waiting() == 0) return;
  std::vector<journal::RecordView> views;
  std::string readings;
  std::string refused;
  if (!readings_.empty()) {
    std::ranges::sort(readings_, {}, &sensors::Reading::key);
    readings = sensors::encode(sensors::ReadingsTaken{readings_});
    views.push_back({static_cast<std::uint16_t>(sensors::ReadingsTaken::kType), readings});
  }
  if (!refused_.empty()) {
    refused = sensors::encode(sensors::RowsRefused{refused_});
    views.push_back({static_cast<std::uint16_t>(sensors::RowsRefused::kType), refused});
  }
  writer_.commit(writer_.append(views));
  written_readings_ += readings_.size();
  written_refused_ += refused_.size();
  forget();
}

void ReadingsJournal::forget() noexcept {
  readings_.clear();
  refused_.clear();
}

}  // namespace shelduck::front
