#include "shelduck/sensors/refused_query.hpp"

#include "shelduck/sensors/answer_text.hpp"
#include "shelduck/sensors/readings_query.hpp"

namespace shelduck::sensors {
namespace {

void append_refusal(std::string& out, const StoredRefusal& refusal) {
  const RefusedRow& row = refusal.row;
  AnswerObject body{out};
  body.whole("at", row.at);
  if (row.field.empty()) {
    body.null("field");
  } else {
    body.text("field", row.field);
  }
  body.text("id", to_string(refusal.id));
  if (row.node_address) {
    body.address("node_address", *row.node_address);
  } else {
    body.null("node_address");
  }
  body.text("reason", row.reason).text("source", row.source).text("text", row.text);
  body.whole("timestamp", row.timestamp);
  body.end();
}

}  // namespace

RefusedPage ask(ReadingStore& store, const RefusedOptions& options) {
  require_limit(options.limit);
  RefusedPage page{
      .rows = store.refused(
          {.reason = options.reason, .after = options.cursor, .limit = options.limit + 1}),
      .count = store.count_refused()};
  if (static_cast<std::int64_t>(page.rows.size()) > options.limit) {
    page.rows.pop_back();
    page.cursor = page.rows.back().id;
  }
  return page;
}

std::string json(const RefusedPage& page) {
  std::string out;
  AnswerObject body{out};
  body.whole("count", static_cast<std::int64_t>(page.rows.size()));
  if (page.cursor) {
    body.text("cursor", to_string(*page.cursor));
  } else {
    body.null("cursor");
  }
  body.whole("evicted", page.count.evicted).list("rows", page.rows, append_refusal);
  body.whole("total", page.count.kept);
  body.end_line();
  return out;
}

store::Record drop_refused_before(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch();
  return {static_cast<std::uint16_t>(RefusedDropped::kType),
          encode(RefusedDropped{seconds.count()})};
}

}  // namespace shelduck::sensors
