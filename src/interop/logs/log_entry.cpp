#include "shelduck/interop/logs/log_entry.hpp"

#include <array>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop::logs {

std::string_view to_string(Status status) noexcept {
  switch (status) {
    case Status::success:
      return "success";
    case Status::failed:
      return "failed";
    case Status::interrupted:
      return "interrupted";
  }
  return "";
}

std::string_view to_string(Phase phase) noexcept {
  switch (phase) {
    case Phase::check:
      return "CHECK";
    case Phase::download:
      return "DOWNLOAD";
    case Phase::execute:
      return "EXECUTE";
  }
  return "";
}

std::string to_string(Flags flags) {
  static constexpr std::array<std::pair<Flag, std::string_view>, 7> kNames{{
      {Flag::false_clock, "false_clock"},
      {Flag::clock_went_back, "clock_went_back"},
      {Flag::end_before_start, "end_before_start"},
      {Flag::start_unknown, "start_unknown"},
      {Flag::open_at_end, "open_at_end"},
      {Flag::ambiguous_time, "ambiguous_time"},
      {Flag::nonexistent_time, "nonexistent_time"},
  }};
  std::string text;
  for (const auto& [flag, name] : kNames) {
    if (!flags.has(flag)) continue;
    if (!text.empty()) text += ',';
    text += name;
  }
  return text;
}

Instant LogEntry::time() const {
  if (start) return *start;
  if (end) return *end;
  throw Error{ErrorKind::bug, "a log entry of line " + std::to_string(line) + " has no time"};
}

namespace {

std::optional<Seconds> span(std::optional<Instant> start, std::optional<Instant> end) {
  if (!start || !end || *end < *start) return std::nullopt;
  return Seconds{*end - *start};
}

}  // namespace

std::optional<Seconds> LogEntry::duration() const {
  if (steps.empty()) return span(start, end);
  Seconds sum{0};
  for (const Step& step : steps) {
    const auto one = span(step.start, step.end);
    if (!one) return std::nullopt;
    sum += *one;
  }
  return sum;
}

}  // namespace shelduck::interop::logs
