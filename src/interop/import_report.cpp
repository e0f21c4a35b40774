#include "shelduck/interop/import_report.hpp"

namespace shelduck::interop {
namespace {

Document document(const Verdicts& verdicts) {
  Document answer = Document::object();
  answer.set("read", verdicts.read).set("imported", verdicts.imported);
  answer.set("updated", verdicts.updated).set("unchanged", verdicts.unchanged);
  return answer.set("pruned", verdicts.pruned).set("rejected", verdicts.rejected);
}

}  // namespace

void count(Verdicts& verdicts, std::int64_t Verdicts::* what, std::size_t how_many) {
  verdicts.*what += static_cast<std::int64_t>(how_many);
}

void count(ImportReport& report, std::int64_t Verdicts::* what, const ImportedRun& run) {
  count(report.runs, what);
  count(report.executions, what, run.executions.size());
  count(report.steps, what, steps_of(run));
}

Document document(const ImportReport& report) {
  Document rejects = Document::array();
  for (const ImportReject& reject : report.rejects) {
    Document entry = Document::object();
    entry.set("line", reject.line).set("reason", reject.reason);
    rejects.add(std::move(entry));
  }
  Document answer = Document::object();
  answer.set("source", report.source).set("format", report.format);
  answer.set("runs", document(report.runs)).set("executions", document(report.executions));
  answer.set("steps", document(report.steps));
  answer.set("wall_clock_seconds", report.wall_clock_seconds);
  answer.set("first", report.first).set("last", report.last);
  return answer.set("rejects", std::move(rejects));
}

}  // namespace shelduck::interop
