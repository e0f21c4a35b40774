#include "shelduck/cli/command_prune.hpp"

#include <array>
#include <utility>

#include "shelduck/core/bytes.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/prune.hpp"
#include "shelduck/store/compact.hpp"

namespace shelduck::cli {
namespace {

// Up to here a copy takes about a second, and is made after any removal.
constexpr std::int64_t kCheapCopyBytes = 64'000'000;
constexpr Seconds kTidyBudget{2};
// How much of the room is filled, try after try: how large rows are shows in the file that is left.
// The last one leaves the newest run.
constexpr std::array kFilled{0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.1, 0.1, 0.0};

history::PruneOptions prune_options(const Request& request) {
  history::PruneOptions options;
  if (const auto age = request.arguments.age_seconds("older-than")) {
    options.older_than = Seconds{static_cast<double>(*age)};
  }
  options.keep_bytes = request.arguments.byte_count("keep-size");
  if (options.older_than || options.keep_bytes) return options;
  throw Error{ErrorKind::invalid_input,
              "'shelduck history prune' needs --older-than or --keep-size",
              {.field = "--older-than",
               .rule = "an age, a size to keep, or both",
               .hint = "for example --older-than 400d"}};
}

class Pruning {
 public:
  Pruning(const Request& request, store::Store& store)
      : request_(request),
        store_(store),
        options_(prune_options(request)),
        now_(request.clock()),
        bytes_before_(store::file_size(store).file_bytes) {}

  // What would go, as far as it shows before the file is made anew.
  void plan() {
    if (options_.keep_bytes) measure(store::file_size(store_).live_bytes);
    total_ = history::plan_prune(store_.connection(), options_, now_);
  }

  void carry_out() {
    if (options_.older_than) remove_by_age();
    if (options_.keep_bytes) remove_until_it_fits();
    bytes_after_ = store::file_size(store_).file_bytes;
  }

  [[nodiscard]] Answer answer() {
    Answer answer;
    answer.document = document(total_);
    answer.tables.push_back({.columns = {{"cutoff", "older than (UTC)", Cell::instant},
                                         {"runs", "runs", Cell::count},
                                         {"executions", "executions", Cell::count},
                                         {"steps", "steps", Cell::count},
                                         {"forecasts", "forecasts", Cell::count}},
                             .rows = {answer.document}});
    answer.document.set("file_bytes_before", bytes_before_);
    answer.document.set("file_bytes_after", bytes_after_ ? Document{*bytes_after_} : Document{});
    answer.notes.push_back(what_was_done());
    if (total_.held_back_by) {
      answer.notes.push_back("run " + to_string(*total_.held_back_by) +
                             " began before that age and goes on after it: nothing from its start "
                             "on was removed, because a run is never divided");
    }
    for (std::string& note : notes_) answer.notes.push_back(std::move(note));
    return answer;
  }

 private:
  [[nodiscard]] bool keeps(std::int64_t bytes) const { return bytes <= *options_.keep_bytes; }

  // Throws where no pruning of runs can help, rather than remove nearly all in vain.
  void measure(std::int64_t bytes) {
    options_.database_bytes = bytes;
    options_.least_bytes = history::least_bytes(store_.connection());
    if (keeps(bytes) || keeps(options_.least_bytes)) return;
    throw Error{ErrorKind::invalid_input,
                "a database with any run in it takes " +
                    human_bytes(static_cast<double>(options_.least_bytes)) +
                    "; nothing was removed to fit",
                {.field = "--keep-size",
                 .value = std::to_string(*options_.keep_bytes),
                 .rule = "at least " + std::to_string(options_.least_bytes) + " bytes"}};
  }

  void remove(const history::PrunePlan& plan) {
    store_.write(plan.records);
    total_.cutoff = plan.cutoff;
    total_.runs += plan.runs;
    total_.executions += plan.executions;
    total_.steps += plan.steps;
    total_.forecasts += plan.forecasts;
    is_anything_removed_ = true;
  }

  // The bytes to judge by: those of the file, or those in use where it cannot be made anew.
  std::int64_t shrink(store::Effort effort) {
    const store::CompactReport report = compact(store_, effort);
    notes_.clear();
    if (report.note.empty()) return report.bytes_after;
    notes_.push_back(report.note);
    return store::file_size(store_).live_bytes;
  }

  void remove_by_age() {
    history::PruneOptions by_age = options_;
    by_age.keep_bytes.reset();
    const history::PrunePlan plan = history::plan_prune(store_.connection(), by_age, now_);
    total_.cutoff = plan.cutoff;
    total_.held_back_by = plan.held_back_by;
    if (!plan.records.empty()) remove(plan);
    const bool is_cheap = bytes_before_ <= kCheapCopyBytes;
    if (options_.keep_bytes) return;
    shrink(is_anything_removed_ && is_cheap ? store::Effort::always : store::Effort::if_sparse);
  }

  void remove_until_it_fits() {
    options_.older_than.reset();
    // Else the tidying after the answer would make the file grow again.
    store_.finish(kTidyBudget);
    std::int64_t bytes = store::file_size(store_).file_bytes;
    if (is_anything_removed_ || !keeps(bytes)) bytes = shrink(store::Effort::always);
    if (!keeps(bytes)) measure(bytes);
    for (const double filled : kFilled) {
      if (keeps(bytes)) return;
      request_.cancel.check();
      options_.filled = filled;
      options_.database_bytes = bytes;
      const history::PrunePlan plan = history::plan_prune(store_.connection(), options_, now_);
      if (plan.records.empty()) continue;
      remove(plan);
      bytes = shrink(store::Effort::always);
    }
    if (!keeps(bytes)) notes_.emplace_back("nothing more can go: the newest run stays");
  }

  [[nodiscard]] std::string what_was_done() const {
    const bool is_empty = total_.runs + total_.executions + total_.forecasts == 0;
    if (!bytes_after_ && !is_empty) return "would be removed; nothing was changed";
    std::string text = "pruned";
    if (is_empty) text = options_.keep_bytes ? "nothing has to go" : "nothing is old enough to go";
    if (!bytes_after_ || *bytes_after_ == bytes_before_) return text;
    return text + "; the file went from " + human_bytes(static_cast<double>(bytes_before_)) +
           " to " + human_bytes(static_cast<double>(*bytes_after_));
  }

  const Request& request_;
  store::Store& store_;
  history::PruneOptions options_;
  Instant now_;
  history::PrunePlan total_{};
  std::int64_t bytes_before_;
  std::optional<std::int64_t> bytes_after_{};
  bool is_anything_removed_ = false;
  std::vector<std::string> notes_{};
};

}  // namespace

Answer prune_history(const Request& request, store::Store& store) {
  Pruning pruning{request, store};
  if (request.intent == Intent::act) {
    pruning.carry_out();
  } else {
    pruning.plan();
  }
  return pruning.answer();
}

}  // namespace shelduck::cli
