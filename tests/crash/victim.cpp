// victim DATABASE ACTION STEP NUMBER NAME: does ACTION on a history and kills itself, with SIGKILL,
// when the named step comes for the NUMBERth time. STEP "list" prints the steps instead, "none"
// lets it live.
//
// Actions: apply, finish, pack, prune, backup, rebuild, restore: steps are those of the store. Each
// first records one execution of plugin NAME, so that there is something to apply and to archive.
// record: writes executions of plugins NAME-0, NAME-1, ... through the library until it is killed;
// its steps are the writes and syncs of the journal, see below.
// digests: prints each table with its rows and its digest.
// A name is printed when its start is acknowledged.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/history/collector.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/prune.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/compact.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"

namespace {

using namespace shelduck;

struct Order {
  std::filesystem::path database;
  std::string action;
  std::string step;
  int number = 0;
  std::string name;
};

// Where `record` dies. The journal names no steps: its two system calls are replaced here, and the
// program's own definition comes before the one of the C library.
enum class AppendStep { none, before_write, torn_write, after_write, after_sync };
std::atomic<AppendStep> append_step = AppendStep::none;
std::atomic<int> appends_left = 0;

bool is_last(AppendStep step) { return append_step.load() == step && --appends_left <= 0; }

ssize_t write_and_perhaps_die(int file, const void* bytes, size_t count, off_t offset) {
  if (is_last(AppendStep::before_write)) raise(SIGKILL);
  const bool is_torn = is_last(AppendStep::torn_write);
  const ssize_t written = syscall(SYS_pwrite64, file, bytes, is_torn ? count / 2 : count, offset);
  if (is_torn || is_last(AppendStep::after_write)) raise(SIGKILL);
  return written;
}

int sync_and_perhaps_die(int file) {
  const int outcome = static_cast<int>(syscall(SYS_fdatasync, file));
  if (is_last(AppendStep::after_sync)) raise(SIGKILL);
  return outcome;
}

AppendStep parse_append_step(std::string_view word) {
  if (word == "append.before_write") return AppendStep::before_write;
  if (word == "append.torn_write") return AppendStep::torn_write;
  if (word == "append.after_write") return AppendStep::after_write;
  if (word == "append.after_sync") return AppendStep::after_sync;
  return AppendStep::none;
}

store::StepObserver killer(const Order& order) {
  return [step = order.step, left = order.number](std::string_view name) mutable {
    if (step == "list") std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
    if (name == step && --left <= 0) raise(SIGKILL);
  };
}

void record_execution(history::Collector& collector, const history::RunHandle& run,
                      const std::string& name) {
  const auto execution = collector.start_plugin_execution(run, {.plugin_name = name});
  std::printf("%s\n", name.c_str());
  std::fflush(stdout);
  collector.end_plugin_execution(execution, {});
}

int record(const Order& order) {
  history::Collector collector{{.database = order.database.string(), .source = "crash"}};
  const history::RunHandle run = collector.start_run();
  appends_left = order.number;
  append_step = parse_append_step(order.step);
  for (int i = 0; i < 100'000; ++i) {
    record_execution(collector, run, order.name + "-" + std::to_string(i));
  }
  return 0;
}

void record_one(const Order& order, const std::string& name, Clock clock) {
  history::Collector collector{
      {.database = order.database.string(), .source = "crash", .clock = std::move(clock)}};
  const history::RunHandle run = collector.start_run();
  record_execution(collector, run, name);
  collector.end_run(run);
}

store::Domain domain() { return history::domain({"boot", system_clock()}); }

std::filesystem::path saved_stem(const Order& order) { return order.database.string() + ".saved"; }

std::filesystem::path new_folder(const Order& order) {
  const Uuid unique = new_uuid(system_clock()(), system_random());
  return saved_stem(order).string() + to_string(unique);
}

// What was old before an earlier prune stays away; a moment later it is old again.
constexpr std::chrono::days kOldAge{1000};

// With free blocks in the file, so that the copy is worth its place.
void prune_old(store::Store& store) {
  const auto plan =
      history::plan_prune(store.connection(), {.older_than = Seconds{kOldAge}}, system_clock()());
  if (!plan.records.empty()) store.write(plan.records);
  store.connection().run_script(
      "CREATE TABLE ballast AS SELECT hash(range) AS h FROM range(400000); CHECKPOINT; "
      "DROP TABLE ballast");
  (void)compact(store, store::Effort::if_sparse);
}

void work(const Order& order, const store::OpenOptions& options) {
  store::Store store = store::Store::open(order.database, domain(), options);
  store.apply();
  if (order.action == "prune") prune_old(store);
  if (order.action == "backup") (void)store::back_up(store, saved_stem(order), {.keep = 1});
  if (order.action != "apply") (void)store.finish(Seconds{60});
  store.close();
}

// Two sessions that archive a segment each, and one to which those are small.
void pack(const Order& order, store::OpenOptions options) {
  options.limits.segment_bytes = 1;
  work(order, options);
  record_one(order, order.name + "-2", system_clock());
  work(order, options);
  options.limits.segment_bytes = store::HousekeepingLimits{}.segment_bytes;
  options.limits.small_files_max = 1;
  work(order, options);
}

// What is restored is the present state: nothing that was acknowledged may be missing afterwards.
void restore_present(const Order& order, const store::OpenOptions& options) {
  const std::filesystem::path kept = new_folder(order);
  {
    store::Store store = store::Store::open(order.database, domain(), options);
    store.apply();
    (void)store::back_up(store, kept, {});
    store.close();
  }
  (void)store::restore(kept, order.database, domain(), options);
  std::filesystem::remove_all(kept);
}

void rebuild(const Order& order, const store::OpenOptions& options) {
  const store::RebuildReport report = store::rebuild(order.database, domain(), options);
  if (report.differing.empty()) return;
  throw Error{ErrorKind::corrupt, "the rebuilt file differs in " + report.differing.front()};
}

void print_digests(const Order& order, const store::OpenOptions& options) {
  store::Store store = store::Store::open(order.database, domain(), options);
  store.apply();
  const store::BackupReport report = store::back_up(store, new_folder(order), {});
  for (const store::TableState& table : report.tables) {
    std::printf("%s %lld %s\n", table.table.c_str(), static_cast<long long>(table.rows),
                table.digest.c_str());
  }
  std::filesystem::remove_all(report.path);
  store.close();
}

store::OpenOptions options_for(const Order& order) {
  store::OpenOptions options{.purpose = store::Purpose::write, .wait = Seconds{30}};
  const char* engine = std::getenv("SHELDUCK_ENGINE");
  options.engine = engine != nullptr ? engine : "";
  // So small that each finish archives, backs up and deletes.
  if (order.action == "finish") options.limits = {.segment_bytes = 1, .archive_bytes = 1};
  options.step = killer(order);
  return options;
}

int act(const Order& order) {
  if (order.action == "record") return record(order);
  const store::OpenOptions options = options_for(order);
  if (order.action == "digests") {
    print_digests(order, options);
    return 0;
  }
  record_one(order, order.name, system_clock());
  if (order.action == "prune") {
    const Instant then = system_clock()() - kOldAge;
    record_one(order, "old", [then] { return then; });
  }
  if (order.action == "rebuild") {
    rebuild(order, options);
  } else if (order.action == "restore") {
    restore_present(order, options);
  } else if (order.action == "pack") {
    pack(order, options);
  } else {
    work(order, options);
  }
  return 0;
}

}  // namespace

extern "C" {

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  return write_and_perhaps_die(file, bytes, count, offset);
}

int fdatasync(int file) { return sync_and_perhaps_die(file); }
}

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: victim DATABASE ACTION STEP NUMBER NAME\n");
    return 2;
  }
  try {
    return act({argv[1], argv[2], argv[3], std::atoi(argv[4]), argv[5]});
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_code(error.kind());
  }
}
