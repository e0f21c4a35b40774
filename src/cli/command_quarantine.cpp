#include "shelduck/cli/command_quarantine.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/store/quarantine.hpp"

namespace shelduck::cli {
namespace {

constexpr std::int64_t kPageRows = 1000;

std::vector<Uuid> ids_of(const Request& request) {
  std::vector<Uuid> ids;
  for (const std::string& text : request.arguments.positional_list("ID")) {
    ids.push_back(parse_uuid(text).value());
  }
  return ids;
}

std::vector<store::QuarantinedRecord> whole_quarantine(store::Connection& connection) {
  std::vector<store::QuarantinedRecord> all;
  store::QuarantinePage page{.limit = kPageRows};
  while (true) {
    auto some = store::list_quarantine(connection, page);
    all.insert(all.end(), some.begin(), some.end());
    if (static_cast<std::int64_t>(some.size()) < kPageRows) return all;
    page.after = some.back().id;
  }
}

Answer listing(const std::vector<store::QuarantinedRecord>& records) {
  Document list = Document::array();
  for (const store::QuarantinedRecord& record : records) list.add(store::document(record));
  Document document = Document::object();
  document.set("quarantine", std::move(list));
  Answer answer =
      list_answer(std::move(document), "quarantine",
                  {"id", "source", "record_bytes", "reason", "at", "segment", "sequence"});
  answer.tables.push_back({.columns = {{"id", "id", Cell::id},
                                       {"at", "of (UTC)", Cell::instant, 2},
                                       {"source", "source", Cell::text, 3},
                                       {"record_bytes", "size", Cell::bytes, 4},
                                       {"reason", "reason"}},
                           .rows = answer.rows});
  return answer;
}

Answer report_answer(const store::QuarantineReport& report, std::string_view verb) {
  Answer answer;
  answer.document = store::document(report);
  answer.notes.push_back(std::to_string(report.asked - report.left) + " of " +
                         std::to_string(report.asked) + " records " + std::string(verb));
  return answer;
}

// What a drop would remove; an id that is not there is an error before anything is done.
Answer drop_plan(const Request& request, store::Store& store) {
  const std::vector<Uuid> ids = ids_of(request);
  auto records = whole_quarantine(store.connection());
  for (const Uuid& id : ids) {
    const bool is_known = std::any_of(records.begin(), records.end(),
                                      [&](const auto& record) { return record.id == id; });
    if (is_known) continue;
    throw Error{
        ErrorKind::not_found,
        "quarantine has no record " + to_string(id),
        {.field = "ID", .value = to_string(id), .rule = "an id of `shelduck db quarantine list`"}};
  }
  if (!ids.empty()) {
    std::erase_if(records, [&](const store::QuarantinedRecord& record) {
      return std::find(ids.begin(), ids.end(), record.id) == ids.end();
    });
  }
  Answer answer = listing(records);
  answer.notes.push_back(std::to_string(records.size()) + " records would be dropped for good");
  return answer;
}

}  // namespace

Answer list_quarantine(const Request&, Inquiry& inquiry) {
  Answer answer = listing(whole_quarantine(inquiry.connection));
  if (answer.rows.empty()) answer.notes.emplace_back("quarantine is empty");
  return answer;
}

Answer list_no_quarantine(const Request&) { return listing({}); }

Answer retry_quarantine(const Request& request, store::Store& store) {
  return report_answer(store::retry_quarantine(store, ids_of(request)), "were taken");
}

Answer drop_quarantine(const Request& request, store::Store& store) {
  if (request.intent == Intent::plan) return drop_plan(request, store);
  return report_answer(store::drop_quarantine(store, ids_of(request)), "were dropped");
}

}  // namespace shelduck::cli
