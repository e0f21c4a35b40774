#include "shelduck/sensors/readings_query.hpp"

#include <algorithm>
#include <iterator>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/time_slices.hpp"

namespace shelduck::sensors {

void require_limit(std::int64_t limit) {
  if (limit >= 1 && limit <= kLimitMax) return;
  throw Error{ErrorKind::invalid_input,
              "limit must be 1-10000",
              {.field = "limit", .value = std::to_string(limit), .rule = "1 to 10000"}};
}

void require_offset(std::int64_t offset) {
  if (offset >= 0) return;
  throw Error{ErrorKind::invalid_input,
              "offset must be >= 0",
              {.field = "offset", .value = std::to_string(offset), .rule = "0 or more"}};
}

ReadingsPage ask(ReadingStore& store, const ReadingsOptions& options) {
  require_limit(options.limit);
  require_offset(options.offset);
  const std::int64_t rows_at_once = std::max(options.limit, std::min(options.offset, kLimitMax));
  TimeSlices slices{store, options.filter, rows_at_once};
  ReadingsPage page{
      .readings = {}, .total = slices.total(), .limit = options.limit, .offset = options.offset};
  std::int64_t skip = options.offset;
  std::int64_t take = options.limit;
  if (skip >= page.total) return page;
  // A page of the newest rows, as most are, costs one statement beside the nodes'.
  while (skip == 0 && take > 0) {
    const auto rows = slices.next_rows();
    if (!rows) break;
    const auto taken = std::min(take, static_cast<std::int64_t>(rows->size()));
    std::copy_n(rows->begin(), taken, std::back_inserter(page.readings));
    take -= taken;
  }
  while (take > 0) {
    const auto slice = slices.next();
    if (!slice) break;
    if (skip >= slice->rows) {
      skip -= slice->rows;
      continue;
    }
    const std::vector<Reading> rows =
        store.newest_first({options.filter.node_address, slice->range}, {skip, take});
    std::ranges::copy(rows, std::back_inserter(page.readings));
    take -= static_cast<std::int64_t>(rows.size());
    skip = 0;
  }
  return page;
}

std::string json(const ReadingsPage& page) {
  std::string out;
  out.reserve(200 * page.readings.size() + 100);
  AnswerObject body{out};
  body.whole("count", static_cast<std::int64_t>(page.readings.size()));
  body.whole("limit", page.limit).whole("offset", page.offset);
  body.list("readings", page.readings,
            [](std::string& text, const Reading& r) { append_json(text, r); });
  body.whole("total", page.total);
  body.end_line();
  return out;
}

}  // namespace shelduck::sensors
