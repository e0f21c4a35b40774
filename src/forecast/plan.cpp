#include "shelduck/forecast/plan.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::forecast {
namespace {

Error invalid(const std::string& field, std::size_t value, const std::string& rule) {
  return Error{ErrorKind::invalid_input,
               "the plan cannot be run: " + field + " names member " + std::to_string(value) +
                   ", but the rule is: " + rule,
               {.field = field, .value = std::to_string(value), .rule = rule}};
}

// One wave on its own clock. Members wait in order; running ones are kept with their ends.
class WaveRun {
 public:
  WaveRun(const Wave& wave, std::span<const std::vector<std::size_t>> mutexes)
      : waiting_(wave.members), mutexes_(mutexes) {
    limit_ = wave.max_parallel == 0 ? wave.members.size() : wave.max_parallel;
  }

  Usage run(std::span<const double> durations, std::span<const double> amounts) {
    Usage usage;
    while (!waiting_.empty() || !running_.empty()) {
      start_what_may(durations);
      usage.peak = std::max(usage.peak, held(amounts));
      end_first();
    }
    usage.elapsed = now_;
    return usage;
  }

 private:
  struct Running {
    std::size_t member;
    double end;
  };

  [[nodiscard]] bool is_running(std::size_t member) const {
    return std::any_of(running_.begin(), running_.end(),
                       [&](const Running& other) { return other.member == member; });
  }

  [[nodiscard]] bool excluded(std::size_t member) const {
    return std::any_of(mutexes_.begin(), mutexes_.end(),
                       [&](const std::vector<std::size_t>& group) {
                         return std::find(group.begin(), group.end(), member) != group.end() &&
                                std::any_of(group.begin(), group.end(),
                                            [&](std::size_t other) { return is_running(other); });
                       });
  }

  void start_what_may(std::span<const double> durations) {
    for (std::size_t i = 0; i < waiting_.size() && running_.size() < limit_;) {
      const std::size_t member = waiting_[i];
      if (excluded(member)) {
        ++i;
        continue;
      }
      running_.push_back({member, now_ + durations[member]});
      waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  [[nodiscard]] double held(std::span<const double> amounts) const {
    double sum = 0;
    for (const Running& member : running_) {
      sum += amounts.empty() ? 0 : amounts[member.member];
    }
    return sum;
  }

  // Moves to the next end. All that end then leave together before anything starts.
  void end_first() {
    double end = std::numeric_limits<double>::infinity();
    for (const Running& member : running_) {
      end = std::min(end, member.end);
    }
    now_ = end;
    std::erase_if(running_, [&](const Running& member) { return member.end <= end; });
  }

  std::vector<std::size_t> waiting_;
  std::span<const std::vector<std::size_t>> mutexes_;
  std::size_t limit_;
  std::vector<Running> running_{};
  double now_ = 0;
};

Usage run_sequentially(std::span<const double> durations, std::span<const double> amounts) {
  Usage usage;
  for (std::size_t m = 0; m < durations.size(); ++m) {
    usage.elapsed += durations[m];
    usage.peak = std::max(usage.peak, amounts.empty() ? 0 : amounts[m]);
  }
  return usage;
}

}  // namespace

void check(const Plan& plan, std::size_t members) {
  std::vector<std::size_t> times(members, 0);
  for (const Wave& wave : plan.waves) {
    for (const std::size_t member : wave.members) {
      if (member >= members || ++times[member] > 1) {
        throw invalid("waves", member, "each of the " + std::to_string(members) + " members once");
      }
    }
  }
  const auto missing = std::find(times.begin(), times.end(), 0U);
  if (!plan.waves.empty() && missing != times.end()) {
    throw Error{ErrorKind::invalid_input,
                "the plan cannot be run: member " + std::to_string(missing - times.begin()) +
                    " is in no wave",
                {.field = "waves",
                 .value = std::to_string(missing - times.begin()),
                 .rule = "each of the " + std::to_string(members) + " members once"}};
  }
  for (const auto& group : plan.mutexes) {
    for (const std::size_t member : group) {
      if (member >= members) {
        throw invalid("mutexes", member, "one of the " + std::to_string(members) + " members");
      }
    }
  }
}

Usage run_plan(const Plan& plan, std::span<const double> durations,
               std::span<const double> amounts) {
  if (plan.waves.empty()) {
    return run_sequentially(durations, amounts);
  }
  Usage usage;
  for (const Wave& wave : plan.waves) {
    const Usage part = WaveRun{wave, plan.mutexes}.run(durations, amounts);
    usage.elapsed += part.elapsed;
    usage.peak = std::max(usage.peak, part.peak);
  }
  return usage;
}

}  // namespace shelduck::forecast
