// Reading is what the readers of all formats share while one log is read: the current line, the
// sink, the time zone, and the flags that need more than one entry. EntryReader is what each
// format adds: it sees only lines that are text.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "shelduck/interop/logs/log_reader.hpp"
#include "shelduck/interop/logs/stamp.hpp"

namespace shelduck::interop::logs {

// Lines of one entry that no command and no end holds together lie at most this far apart.
inline constexpr std::chrono::minutes kEntryPause{10};

class Reading {
 public:
  // `options` and `sink` must outlive this object.
  Reading(Format format, const ReadOptions& options, Sink& sink)
      : format_(format), options_(options), sink_(sink) {}

  void go_to(const Line& line) {
    line_ = line;
    ++summary_.lines;
  }

  // An entry that begins at the current line.
  [[nodiscard]] LogEntry new_entry() const;

  // Sets the flags that follow from the times, and hands over. Order is the order of the log.
  void deliver(LogEntry entry);

  // The current line tells nothing.
  void reject(std::string_view reason);

  // When a stamp was, by its own offset or in the assumed zone.
  [[nodiscard]] ZonedTime when(const Stamp& stamp);
  [[nodiscard]] ZonedTime when_local(Instant local);

  void count_check() { ++summary_.checks; }
  void count_duplicate() { ++summary_.duplicates; }

  [[nodiscard]] const ReadOptions& options() const { return options_; }
  [[nodiscard]] const ReadSummary& summary() const { return summary_; }

 private:
  Format format_;
  const ReadOptions& options_;
  Sink& sink_;
  Line line_;
  ReadSummary summary_;
  std::optional<Instant> preceding_stamp_;
  std::optional<Instant> preceding_entry_;
};

// The offset of a time that was read, where it is worth keeping (see LogEntry).
[[nodiscard]] inline std::optional<int> known_offset(const Stamp& stamp, const ZonedTime& time,
                                                     const ReadOptions& options) {
  if (stamp.utc_offset_minutes) return stamp.utc_offset_minutes;
  if (options.zone.name() == "UTC") return std::nullopt;
  return time.utc_offset_minutes;
}

class EntryReader {
 public:
  virtual ~EntryReader() = default;
  virtual void line(std::string_view text) = 0;
  virtual void finish() = 0;  // the log ends: hand over what is open
};

[[nodiscard]] std::unique_ptr<EntryReader> make_apt_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_dpkg_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_pacman_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_dnf_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_dnf_rpm_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_yum_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_emerge_reader(Reading& reading);
[[nodiscard]] std::unique_ptr<EntryReader> make_ninja_reader(Reading& reading);

// The part of `text` behind `prefix`, or nothing.
[[nodiscard]] inline std::optional<std::string_view> after(std::string_view text,
                                                           std::string_view prefix) {
  if (!text.starts_with(prefix)) return std::nullopt;
  return text.substr(prefix.size());
}

[[nodiscard]] inline std::string_view without_leading_spaces(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string_view::npos ? std::string_view{} : text.substr(first);
}

// Cuts the first word off `text`.
[[nodiscard]] inline std::string_view take_word(std::string_view& text) {
  const std::size_t space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
  return word;
}

}  // namespace shelduck::interop::logs
