// victim DATABASE ACTION STEP NUMBER: does ACTION on a history and kills itself, with SIGKILL, when
// the named step of the store comes for the NUMBERth time. STEP "list" prints the steps instead.
//
// Actions: apply, finish, prune, backup, rebuild, record. `record` writes executions of plugins
// NUMBER-0, NUMBER-1, ... through the library until it is killed from outside, and prints the name
// of each one when its start is acknowledged.
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/history/collector.hpp"
#include "shelduck/history/domain.hpp"
#include "shelduck/history/prune.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/restore.hpp"
#include "shelduck/store/store.hpp"

namespace {

using namespace shelduck;

store::StepObserver killer(const std::string& step, int number) {
  return [step, left = number](std::string_view name) mutable {
    if (step == "list") std::printf("%.*s\n", static_cast<int>(name.size()), name.data());
    if (name == step && --left <= 0) raise(SIGKILL);
  };
}

int record(const char* database, const std::string& prefix) {
  history::Collector collector{{.database = database, .source = "crash"}};
  const history::RunHandle run = collector.start_run();
  for (int i = 0; i < 100'000; ++i) {
    const std::string name = prefix + "-" + std::to_string(i);
    const auto execution = collector.start_plugin_execution(run, {.plugin_name = name});
    std::printf("%s\n", name.c_str());
    std::fflush(stdout);
    collector.end_plugin_execution(execution, {});
  }
  return 0;
}

// One execution of long ago, for a prune to take.
void record_old(const std::string& database) {
  const Instant then = system_clock()() - std::chrono::hours{2400};
  history::Collector collector{
      {.database = database, .source = "crash", .clock = [then] { return then; }}};
  const history::RunHandle run = collector.start_run();
  const auto execution = collector.start_plugin_execution(run, {.plugin_name = "old"});
  collector.end_plugin_execution(execution, {});
  collector.end_run(run);
}

int act(const std::filesystem::path& database, const std::string& action,
        store::OpenOptions options) {
  const store::Domain domain = history::domain({"boot", system_clock()});
  if (action == "rebuild") {
    (void)store::rebuild(database, domain, options);
    return 0;
  }
  store::Store store = store::Store::open(database, domain, options);
  store.apply();
  if (action == "prune") {
    record_old(database.string());
    store.apply();
    const auto plan =
        history::plan_prune(store.connection(), {.older_than = Seconds{36'000}}, system_clock()());
    if (!plan.records.empty()) store.write(plan.records);
  }
  if (action == "backup") {
    const Uuid unique = new_uuid(system_clock()(), system_random());
    (void)store::back_up(store, database.string() + ".saved" + to_string(unique), {.keep = 1});
  }
  if (action != "apply") store.finish(Seconds{60});
  store.close();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: victim DATABASE ACTION STEP NUMBER\n");
    return 2;
  }
  try {
    if (std::strcmp(argv[2], "record") == 0) return record(argv[1], argv[4]);
    store::OpenOptions options{.purpose = store::Purpose::write, .wait = Seconds{30}};
    options.engine =
        std::getenv("SHELDUCK_ENGINE") != nullptr ? std::getenv("SHELDUCK_ENGINE") : "";
    // So small that each finish archives, backs up, packs and deletes.
    if (std::strcmp(argv[2], "finish") == 0) {
      options.limits = {.segment_bytes = 1, .archive_bytes = 1, .small_files_max = 1};
    }
    options.step = killer(argv[3], std::atoi(argv[4]));
    return act(argv[1], argv[2], std::move(options));
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return exit_code(error.kind());
  }
}
