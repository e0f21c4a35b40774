#include "shelduck/interop/logs/log_reader.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {

LogEntry Reading::new_entry() const {
  LogEntry entry;
  entry.format = format_;
  entry.plugin_name = plugin_name(format_);
  entry.part = line_.part;
  entry.line = line_.number;
  return entry;
}

void Reading::deliver(LogEntry entry) {
  constexpr Instant kFirstTrustedClock{std::chrono::sys_days{std::chrono::January / 1 / 2001}};
  const Instant time = entry.time();
  if (time < kFirstTrustedClock) entry.flags.set(Flag::false_clock);
  if (entry.start && entry.end && *entry.end < *entry.start) {
    entry.flags.set(Flag::end_before_start);
  }
  if (!entry.start) entry.flags.set(Flag::start_unknown);
  // ninja shuffles the lines of its log, so there an earlier time means nothing.
  if (format_ != Format::ninja && preceding_entry_ && time < *preceding_entry_) {
    entry.flags.set(Flag::clock_went_back);
  }
  preceding_entry_ = time;
  ++summary_.entries;
  sink_.entry(std::move(entry));
}

namespace {

// Repairing makes a text longer, so it is cut again, between two characters.
std::string reject_text(std::string_view line) {
  std::string text = valid_utf8(line.substr(0, kRejectTextBytes));
  std::size_t size = std::min(text.size(), kRejectTextBytes);
  while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  text.resize(size);
  return text;
}

}  // namespace

void Reading::reject(std::string_view reason) {
  ++summary_.rejects;
  sink_.reject({.part = line_.part,
                .line = line_.number,
                .reason = std::string(reason),
                .text = reject_text(line_.text)});
}

ZonedTime Reading::when(const Stamp& stamp) {
  if (!stamp.utc_offset_minutes) return when_local(stamp.local);
  const ZonedTime time{.instant = stamp.local - std::chrono::minutes{*stamp.utc_offset_minutes},
                       .utc_offset_minutes = *stamp.utc_offset_minutes,
                       .flags = {}};
  preceding_stamp_ = time.instant;
  return time;
}

ZonedTime Reading::when_local(Instant local) {
  summary_.assumed_zone = true;
  const ZonedTime time = options_.zone.resolve(local, preceding_stamp_);
  preceding_stamp_ = time.instant;
  return time;
}

namespace {

std::unique_ptr<EntryReader> make_reader(Format format, Reading& reading) {
  switch (format) {
    case Format::apt:
      return make_apt_reader(reading);
    case Format::dpkg:
      return make_dpkg_reader(reading);
    case Format::pacman:
      return make_pacman_reader(reading);
    case Format::dnf:
      return make_dnf_reader(reading);
    case Format::dnfrpm:
      return make_dnf_rpm_reader(reading);
    case Format::yum:
      return make_yum_reader(reading);
    case Format::emerge:
      return make_emerge_reader(reading);
    case Format::ninja:
      return make_ninja_reader(reading);
  }
  throw Error{ErrorKind::bug, "a log format without a reader"};
}

std::string reason_of(LineDamage damage, const std::string& torn_because) {
  switch (damage) {
    case LineDamage::too_long:
      return "the line is longer than a log line can be";
    case LineDamage::binary:
      return "the line holds binary data";
    case LineDamage::wrong_encoding:
      return "the line is not UTF-8";
    case LineDamage::torn_before_nul:
      return "the line is torn off by NUL bytes";
    case LineDamage::conflict_marker:
      return "the line is a merge-conflict marker";
    case LineDamage::torn_file:
      return torn_because;
    case LineDamage::none:
      break;
  }
  return "";
}

}  // namespace

ReadSummary read_log(Format format, LineSource& lines, const ReadOptions& options, Sink& sink) {
  Reading reading{format, options, sink};
  const std::unique_ptr<EntryReader> reader = make_reader(format, reading);
  while (const std::optional<Line> line = lines.next()) {
    reading.go_to(*line);
    if (line->damage == LineDamage::none) {
      reader->line(line->text);
    } else {
      reading.reject(reason_of(line->damage, lines.damage_reason()));
    }
  }
  reader->finish();
  return reading.summary();
}

}  // namespace shelduck::interop::logs
