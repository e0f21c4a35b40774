#include "shelduck/cli/command_prune.hpp"

#include "shelduck/core/error.hpp"
#include "shelduck/history/prune.hpp"

namespace shelduck::cli {
namespace {

history::PruneOptions prune_options(const Request& request) {
  history::PruneOptions options;
  if (const auto age = request.arguments.age_seconds("older-than")) {
    options.older_than = Seconds{static_cast<double>(*age)};
  }
  options.keep_bytes = request.arguments.byte_count("keep-size");
  options.database_bytes = static_cast<std::int64_t>(std::filesystem::file_size(request.database));
  if (options.older_than || options.keep_bytes) return options;
  throw Error{ErrorKind::invalid_input,
              "'shelduck history prune' needs --older-than or --keep-size",
              {.field = "--older-than",
               .rule = "an age, a size to keep, or both",
               .hint = "for example --older-than 400d"}};
}

}  // namespace

Answer prune_history(const Request& request, store::Store& store) {
  const history::PrunePlan plan =
      history::plan_prune(store.connection(), prune_options(request), request.clock());
  const bool is_done = request.intent == Intent::act && !plan.records.empty();
  if (is_done) store.write(plan.records);
  Answer answer;
  answer.document = document(plan);
  answer.tables.push_back({.columns = {{"cutoff", "older than (UTC)", Cell::instant},
                                       {"runs", "runs", Cell::count},
                                       {"executions", "executions", Cell::count},
                                       {"steps", "steps", Cell::count},
                                       {"forecasts", "forecasts", Cell::count}},
                           .rows = {answer.document}});
  if (plan.records.empty()) {
    answer.notes.emplace_back("nothing is old enough to go");
  } else {
    answer.notes.emplace_back(is_done ? "pruned" : "would be removed; nothing was changed");
  }
  return answer;
}

}  // namespace shelduck::cli
