// Prints the records of a history journal, one JSON object a line, for the tests of the front
// program: journal_dump DATABASE.
#include <cstdio>
#include <limits>
#include <vector>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/records/record.hpp"
#include "shelduck/journal/backlog.hpp"
#include "shelduck/journal/identity.hpp"

namespace {

using namespace shelduck;           // NOLINT(google-build-using-namespace): a test program
using namespace shelduck::history;  // NOLINT(google-build-using-namespace): a test program

Document dump(const RunStarted& r) {
  return Document::object()
      .set("type", "run_started")
      .set("run_id", r.key.run_id)
      .set("start_time", r.key.start_time)
      .set("hostname", r.hostname)
      .set("username", r.username)
      .set("boot_id", r.boot_id);
}

Document dump(const RunEnded& r) {
  return Document::object()
      .set("type", "run_ended")
      .set("run_id", r.key.run_id)
      .set("start_time", r.key.start_time)
      .set("end_time", r.end_time)
      .set("status", to_string(r.status));
}

Document dump(const ExecutionStarted& r) {
  return Document::object()
      .set("type", "execution_started")
      .set("run_id", r.key.run_id)
      .set("execution_id", r.key.execution_id)
      .set("plugin_name", r.plugin_name)
      .set("packages_planned", r.packages_planned);
}

Document dump(const ExecutionEnded& r) {
  return Document::object()
      .set("type", "execution_ended")
      .set("run_id", r.key.run_id)
      .set("execution_id", r.key.execution_id)
      .set("status", to_string(r.status))
      .set("exit_code", r.exit_code)
      .set("packages_updated", r.packages_updated)
      .set("error_message", r.error_message);
}

Document dump(const StepMeasured& r) {
  return Document::object()
      .set("type", "step_measured")
      .set("execution_id", r.key.execution_id)
      .set("step_name", r.step_name)
      .set("phase", to_string(r.phase))
      .set("seq", r.seq)
      .set("wall_clock_seconds", r.wall_clock_seconds)
      .set("cpu_user_seconds", r.cpu_user_seconds)
      .set("cpu_kernel_seconds", r.cpu_kernel_seconds)
      .set("memory_peak_bytes", r.memory_peak_bytes)
      .set("memory_avg_bytes", r.memory_avg_bytes)
      .set("io_read_bytes", r.io_read_bytes)
      .set("io_write_bytes", r.io_write_bytes)
      .set("download_size_bytes", r.download_size_bytes)
      .set("suspended_seconds", r.suspended_seconds)
      .set("quality", r.quality);
}

template <class Record>
void print(std::string_view payload) {
  const Record record = decode<Record>(payload);
  if constexpr (requires { validate(record); }) validate(record);
  std::puts(to_json(dump(record)).c_str());
}

void print(const journal::StoredRecord& record) {
  switch (static_cast<RecordType>(record.type)) {
    case RecordType::run_started:
      return print<RunStarted>(record.payload);
    case RecordType::run_ended:
      return print<RunEnded>(record.payload);
    case RecordType::execution_started:
      return print<ExecutionStarted>(record.payload);
    case RecordType::execution_ended:
      return print<ExecutionEnded>(record.payload);
    case RecordType::step_measured:
      return print<StepMeasured>(record.payload);
    default:
      std::printf("{\"type\":\"%d\"}\n", record.type);
  }
}

int run(const std::string& database) {
  journal::PosixFileSystem files;
  const std::string directory = journal::journal_directory(journal::canonical_path(database));
  const auto identity = journal::read_identity(files, directory);
  if (!identity) return 0;
  const auto types = known_record_types();
  journal::Backlog backlog{
      files, {.directory = directory, .reader = {*identity, {types.begin(), types.end()}}}};
  backlog.scan();
  for (journal::SegmentReader* segment : backlog.segments()) {
    segment->limit_to(std::numeric_limits<std::uint64_t>::max());  // unsynced records too
    segment->seek(0);
    while (const auto record = segment->next()) print(*record);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return count == 2 ? run(arguments[1]) : 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "journal_dump: %s\n", error.what());
    return 1;
  }
}
