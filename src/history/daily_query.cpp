#include "shelduck/history/daily_query.hpp"

#include <algorithm>
#include <optional>

#include "shelduck/core/error.hpp"
#include "shelduck/history/report_zone.hpp"
#include "shelduck/store/connection.hpp"

namespace shelduck::history {
namespace {

// Every local midnight from the first day to that after the last.
constexpr std::string_view kMidnights = R"sql(
SELECT strftime(day, '%Y-%m-%d'), timezone($1::VARCHAR, day - to_microseconds($2::BIGINT))
FROM (
  SELECT unnest(generate_series(today - to_days($4::INTEGER), today + INTERVAL 1 DAY, INTERVAL 1 DAY)) AS day
  FROM (SELECT date_trunc('day', timezone($1::VARCHAR, $3::TIMESTAMPTZ) + to_microseconds($2::BIGINT))
             AS today)
)
ORDER BY day
)sql";

// An execution that nobody ended, but whose steps are known, took as long as those.
constexpr std::string_view kSpans = R"sql(
SELECT status, start_time, end_time
FROM (
  SELECT status, start_time,
         CASE WHEN flags & 6 = 0
              THEN coalesce(end_time,
                            start_time + to_microseconds((wall_clock_seconds * 1e6)::BIGINT)) END
           AS end_time
  FROM executions WHERE start_time < $2
)
WHERE start_time >= $1 OR end_time > $1
ORDER BY start_time
)sql";

struct DaySpan {
  Instant begin;
  Instant end;
};

std::vector<Day> days_of(store::Connection& connection, const DailyOptions& options,
                         const ReportZone& zone) {
  std::vector<Day> days;
  for (const store::Row row : connection.query(
           kMidnights, {zone.region, zone.shift.count(), options.now, options.days - 1})) {
    const auto midnight = row.get<Instant>(1);
    if (!days.empty()) days.back().end = midnight;
    days.push_back(
        {.date = row.get<std::string>(0), .begin = midnight, .end = midnight, .counts = {}});
  }
  days.pop_back();
  return days;
}

// The day that holds the instant, which is not before the first one.
std::vector<Day>::iterator day_of(std::vector<Day>& days, Instant at) {
  return std::upper_bound(days.begin(), days.end(), at,
                          [](Instant instant, const Day& day) { return instant < day.begin; }) -
         1;
}

void add_time(std::vector<Day>& days, DaySpan span) {
  span.begin = std::max(span.begin, days.front().begin);
  if (span.end <= span.begin) return;
  for (auto day = day_of(days, span.begin); day != days.end() && day->begin < span.end; ++day) {
    const Instant begin = std::max(span.begin, day->begin);
    const Instant end = std::min(span.end, day->end);
    if (begin < end) day->wall_clock_seconds += Seconds{end - begin}.count();
  }
}

void check(const DailyOptions& options) {
  if (options.days >= 1 && options.days <= kDaysMax) return;
  throw Error{ErrorKind::invalid_input,
              "a report cannot have " + std::to_string(options.days) + " days",
              {.field = "days",
               .value = std::to_string(options.days),
               .rule = "1 to " + std::to_string(kDaysMax)}};
}

}  // namespace

Daily ask(store::Connection& connection, const DailyOptions& options) {
  check(options);
  const ReportZone zone = report_zone(connection, options.zone);
  Daily daily{.zone = zone.name, .days = days_of(connection, options, zone)};
  std::vector<Day>& days = daily.days;
  std::optional<DaySpan> busy;  // spans come by start, so they overlap the present one or follow it
  for (const store::Row row : connection.query(kSpans, {days.front().begin, days.back().end})) {
    const auto start = row.get<Instant>(1);
    if (start >= days.front().begin) {
      day_of(days, start)
          ->counts.add(parse_status(row.get<std::string_view>(0)).value_or(Status::pending));
    }
    const auto end = row.get<std::optional<Instant>>(2);
    if (!end || *end <= start) continue;
    if (busy && start <= busy->end) {
      busy->end = std::max(busy->end, *end);
    } else {
      if (busy) add_time(days, *busy);
      busy = DaySpan{start, *end};
    }
  }
  if (busy) add_time(days, *busy);
  return daily;
}

Document document(const Daily& daily) {
  Document days = Document::array();
  for (const Day& day : daily.days) {
    Document one = Document::object();
    one.set("date", day.date);
    describe(one, day.counts);
    one.set("wall_clock_seconds", day.wall_clock_seconds);
    days.add(std::move(one));
  }
  return Document::object().set("tz", daily.zone).set("days", std::move(days));
}

}  // namespace shelduck::history
