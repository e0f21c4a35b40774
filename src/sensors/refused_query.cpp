#include "shelduck/sensors/refused_query.hpp"

#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"
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

constexpr auto kForGood = std::numeric_limits<std::int64_t>::max();

template <class Record>
store::Record recorded_drop(const Record& record) {
  return {static_cast<std::uint16_t>(Record::kType), encode(record)};
}

// All ids that begin so.
std::optional<IdRange> ids_from(std::string_view text) {
  constexpr std::string_view kLeast = "00000000-0000-0000-0000-000000000000";
  constexpr std::string_view kMost = "ffffffff-ffff-ffff-ffff-ffffffffffff";
  if (text.size() < kIdDigitsMin || text.size() > kLeast.size()) return std::nullopt;
  const auto first = parse_uuid(std::string(text) + std::string(kLeast.substr(text.size())));
  const auto last = parse_uuid(std::string(text) + std::string(kMost.substr(text.size())));
  if (!first || !last) return std::nullopt;
  return IdRange{*first, *last};
}

StoredRefusal require_refused(ReadingStore& store, const std::string& text) {
  const std::string rule = "an id of `shelduck sensors quarantine list`, or its first digits";
  const auto ids = ids_from(text);
  if (!ids) {
    throw Error{ErrorKind::invalid_input,
                "'" + text + "' is not the id of a refused row",
                {.field = "ID", .value = text, .rule = rule + ", at least 4"}};
  }
  auto found = store.refused(*ids, 2);
  if (found.empty()) {
    throw Error{ErrorKind::not_found,
                "there is no refused row " + text,
                {.field = "ID", .value = text, .rule = rule}};
  }
  if (found.size() > 1) {
    throw Error{ErrorKind::invalid_input,
                "several ids begin with " + text + ": " + shelduck::to_string(found[0].id) +
                    " and " + shelduck::to_string(found[1].id),
                {.field = "ID", .value = text, .rule = "as many digits as name one row"}};
  }
  return std::move(found.front());
}

}  // namespace

RefusedPage ask(ReadingStore& store, const RefusedOptions& options) {
  require_limit(options.limit);
  RefusedPage page{
      .rows = store.refused(
          {.reason = options.reason, .after = options.cursor, .limit = options.limit + 1}),
      .count = store.count_refused(options.reason)};
  if (static_cast<std::int64_t>(page.rows.size()) > options.limit) {
    page.rows.pop_back();
    page.cursor = {page.rows.back().row.at, page.rows.back().id};
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

std::string to_string(const RefusedPlace& place) {
  return std::to_string(place.at) + "." + shelduck::to_string(place.id);
}

std::optional<RefusedPlace> parse_refused_place(std::string_view text) {
  RefusedPlace place;
  const char* const end = text.data() + text.size();
  const auto [dot, failure] = std::from_chars(text.data(), end, place.at);
  if (failure != std::errc{} || dot == end || *dot != '.') return std::nullopt;
  const auto id = parse_uuid({dot + 1, end});
  if (!id) return std::nullopt;
  place.id = *id;
  return place;
}

RefusedDrop plan_drop_before(ReadingStore& store, Instant instant) {
  const std::int64_t at =
      std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
  const auto before = store.refused_before(at);
  RefusedDrop drop{.rows = before.rows, .records = {recorded_drop(RefusedDropped{at})}};
  if (before.met_at_applying.empty()) return drop;
  RefusedRowsDropped met;
  for (const Uuid& id : before.met_at_applying) met.rows.push_back({id, kForGood});
  drop.records.push_back(recorded_drop(met));
  return drop;
}

RefusedDrop plan_drop_of(ReadingStore& store, std::span<const std::string> ids) {
  std::map<Uuid, std::int64_t> found;
  for (const std::string& text : ids) {
    const StoredRefusal one = require_refused(store, text);
    found[one.id] = one.row.is_met_at_applying() ? kForGood : one.row.at;
  }
  RefusedRowsDropped record;
  for (const auto& [id, at] : found) record.rows.push_back({id, at});
  return {.rows = static_cast<std::int64_t>(found.size()), .records = {recorded_drop(record)}};
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

}  // namespace shelduck::sensors
