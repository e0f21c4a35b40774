#include "shelduck/interop/logs/dated_line.hpp"

#include <utility>

namespace shelduck::interop::logs {

std::optional<DatedLine> DatedLines::read(std::string_view text) {
  if (const auto stamp = read_iso(text)) {
    const ZonedTime time = reading_.when(*stamp);
    return with_message(
        {.time = time, .utc_offset_minutes = known_offset(*stamp, time, reading_.options())},
        text.substr(stamp->length));
  }
  if (const auto stamp = read_yearless(text)) {
    return yearless(*stamp, text.substr(stamp->length));
  }
  return undated(text);
}

// Tables and long messages of dnf run over several lines.
std::optional<DatedLine> DatedLines::undated(std::string_view text) {
  const bool has_broken_time = !text.empty() && text.front() >= '0' && text.front() <= '9';
  if (!continues_ || has_broken_time || level_ == Level::absent) {
    continues_ = false;
    reading_.reject("the line does not begin with a time");
  }
  return std::nullopt;
}

std::optional<DatedLine> DatedLines::yearless(const YearlessStamp& stamp, std::string_view text) {
  if (!years_) {
    reading_.reject("the log writes no year: say it with --year");
    return std::nullopt;
  }
  const auto local = years_->place(stamp);
  if (!local) {
    reading_.reject("the year has no such day");
    return std::nullopt;
  }
  const ZonedTime time = reading_.when_local(*local);
  return with_message(
      {.time = time, .utc_offset_minutes = known_offset({}, time, reading_.options())}, text);
}

std::optional<DatedLine> DatedLines::with_message(DatedLine line, std::string_view rest) {
  rest = without_leading_spaces(rest);
  if (level_ == Level::expected) {
    line.level = take_word(rest);
    if (line.level.empty() ||
        line.level.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string_view::npos) {
      reading_.reject("the time is not followed by a level");
      return std::nullopt;
    }
  }
  line.message = without_leading_spaces(rest);
  continues_ = true;
  return line;
}

}  // namespace shelduck::interop::logs
