#include "shelduck/cli/import_answer.hpp"

#include <algorithm>
#include <array>

#include "shelduck/cli/cell.hpp"

namespace shelduck::cli {
namespace {

constexpr std::array<std::string_view, 3> kLevels{"runs", "executions", "steps"};
constexpr std::array<std::string_view, 6> kVerdicts{"read",      "imported", "updated",
                                                    "unchanged", "pruned",   "rejected"};
// A person sees the first ones; a program sees all.
constexpr std::size_t kShownRejects = 20;

std::int64_t count(const Document& report, std::string_view level, std::string_view verdict) {
  const std::int64_t* value = member_at(member_at(report, level), verdict).integer();
  return value == nullptr ? 0 : *value;
}

Document counts(const std::vector<Document>& reports, std::string_view level) {
  Document sums = Document::object();
  for (const std::string_view verdict : kVerdicts) {
    std::int64_t sum = 0;
    for (const Document& report : reports) sum += count(report, level, verdict);
    sums.set(verdict, sum);
  }
  return sums;
}

double seconds(const std::vector<Document>& reports) {
  double sum = 0;
  for (const Document& report : reports) {
    const Document& value = member_at(report, "wall_clock_seconds");
    if (const double* number = value.number()) sum += *number;
    if (const std::int64_t* whole = value.integer()) sum += static_cast<double>(*whole);
  }
  return sum;
}

// Instants as written sort by time where they have the same number of digits; so they are compared
// without their fraction first.
Document outermost(const std::vector<Document>& reports, std::string_view member,
                   bool (*is_further)(const std::string&, const std::string&)) {
  Document found;
  for (const Document& report : reports) {
    const std::string* text = member_at(report, member).text();
    if (text == nullptr) continue;
    if (found.text() == nullptr || is_further(text->substr(0, 19), found.text()->substr(0, 19))) {
      found = Document{*text};
    }
  }
  return found;
}

Document merged(const std::vector<Document>& reports) {
  if (reports.size() == 1) return reports.front();
  std::string sources;
  Document rejects = Document::array();
  for (const Document& report : reports) {
    const std::string* source = member_at(report, "source").text();
    sources += (sources.empty() ? "" : ", ") + (source == nullptr ? "" : *source);
    const Document::Array* own = member_at(report, "rejects").elements();
    if (own == nullptr) continue;
    for (Document reject : *own) {
      rejects.add(reject.set("source", member_at(report, "source")));
    }
  }
  Document document = Document::object();
  document.set("source", sources).set("format", member_at(reports.front(), "format"));
  for (const std::string_view level : kLevels) document.set(level, counts(reports, level));
  document.set("wall_clock_seconds", seconds(reports));
  document.set("first", outermost(reports, "first", [](const std::string& a, const std::string& b) {
                 return a < b;
               }));
  document.set("last", outermost(reports, "last",
                                 [](const std::string& a, const std::string& b) { return a > b; }));
  return document.set("rejects", std::move(rejects));
}

Table counts_table(const Document& document) {
  Table table{.columns = {{"what", "what"}}};
  for (const std::string_view verdict : kVerdicts) {
    table.columns.push_back({verdict, verdict, Cell::count});
  }
  for (const std::string_view level : kLevels) {
    Document row = Document::object();
    row.set("what", level);
    for (const std::string_view verdict : kVerdicts) {
      row.set(verdict, count(document, level, verdict));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

void add_rejects(Answer& answer, const Document::Array& rejects) {
  Table table{.heading = "rejected",
              .columns = {{"line", "line", Cell::count},
                          {"source", "source", Cell::text, 1},
                          {"reason", "reason"}}};
  const std::size_t shown = std::min(rejects.size(), kShownRejects);
  table.rows.assign(rejects.begin(), rejects.begin() + static_cast<std::ptrdiff_t>(shown));
  answer.tables.push_back(std::move(table));
  if (rejects.empty()) return;
  answer.exit_code = 1;
  answer.errors.push_back(
      std::to_string(rejects.size()) +
      " rejected; `shelduck db quarantine list` keeps them with the reasons, but "
      "for those that were dropped there before");
}

}  // namespace

Answer import_answer(const std::vector<Document>& reports) {
  Answer answer;
  answer.document = merged(reports);
  answer.tables.push_back(counts_table(answer.document));
  const auto text = [&](std::string_view member, Cell cell) {
    return cell_text(member_at(answer.document, member), cell);
  };
  answer.notes.push_back("source: " + text("source", Cell::text));
  if (!member_at(answer.document, "first").is_null()) {
    answer.notes.push_back("read: " + text("wall_clock_seconds", Cell::seconds) +
                           " of work, from " + text("first", Cell::instant) + " to " +
                           text("last", Cell::instant) + " UTC");
  }
  const bool is_new = count(answer.document, "executions", "imported") > 0 ||
                      count(answer.document, "executions", "updated") > 0;
  if (!is_new) answer.notes.emplace_back("nothing is new: the history is as it was");
  if (const Document::Array* rejects = member_at(answer.document, "rejects").elements()) {
    add_rejects(answer, *rejects);
  }
  return answer;
}

}  // namespace shelduck::cli
