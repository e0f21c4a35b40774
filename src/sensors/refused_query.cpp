#include "shelduck/sensors/refused_query.hpp"

#include <limits>
#include <utility>

#include "shelduck/core/document.hpp"
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

constexpr std::string_view kCsvColumns = "id,at,source,field,reason,node_address,timestamp,text";
constexpr std::string_view kCsvEnd = "\r\n";

template <class Number>
std::string text_of(const std::optional<Number>& number) {
  return number ? std::to_string(*number) : std::string{};
}

void append_csv(std::string& out, const StoredRefusal& refusal) {
  const RefusedRow& row = refusal.row;
  out += to_string(refusal.id) + ',' + std::to_string(row.at);
  for (const std::string& text : {row.source, row.field, row.reason}) {
    out += ',' + (text.empty() ? text : to_csv_field(Document{text}));
  }
  out += ',' + text_of(row.node_address) + ',' + text_of(row.timestamp) + ',' +
         to_csv_field(Document{row.text});
  out += kCsvEnd;
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

store::Record drop_refused_rows(std::span<const StoredRefusal> rows) {
  constexpr auto kForGood = std::numeric_limits<std::int64_t>::max();
  RefusedRowsDropped record;
  for (const StoredRefusal& one : rows) {
    record.rows.push_back({one.id, one.row.is_met_at_applying() ? kForGood : one.row.at});
  }
  return {static_cast<std::uint16_t>(RefusedRowsDropped::kType), encode(record)};
}

RefusedExport::RefusedExport(ReadingStore& store, Form form, RefusedOptions options)
    : store_(store), form_(form), options_(std::move(options)) {}

std::string RefusedExport::csv_head() { return std::string(kCsvColumns) + std::string(kCsvEnd); }

std::optional<std::string> RefusedExport::next() {
  if (is_over_) return std::nullopt;
  const RefusedPage page = ask(store_, options_);
  options_.cursor = page.cursor;
  is_over_ = !page.cursor;
  std::string piece;
  if (form_ == Form::csv && !is_begun_) piece = csv_head();
  is_begun_ = true;
  for (const StoredRefusal& one : page.rows) {
    if (form_ == Form::csv) {
      append_csv(piece, one);
    } else {
      append_refusal(piece, one);
      piece += '\n';
    }
  }
  return piece;
}

store::Record drop_refused_before(Instant instant) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch();
  return {static_cast<std::uint16_t>(RefusedDropped::kType),
          encode(RefusedDropped{seconds.count()})};
}

}  // namespace shelduck::sensors
