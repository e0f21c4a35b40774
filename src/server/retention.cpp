#include "shelduck/server/retention.hpp"

#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/prune.hpp"

namespace shelduck::server {
namespace {

constexpr std::chrono::hours kRoundPeriod{1};
constexpr std::chrono::minutes kRoundAgain{1};

sensors::PrunePlan plan_of(store::Connection& connection, Seconds older_than, Instant now) {
  const auto readings = sensors::open_readings(connection);
  return sensors::plan_prune(*readings, {.older_than = older_than, .by_whole_months = true}, now);
}

std::string told(const sensors::PrunePlan& plan) {
  const Instant edge{std::chrono::seconds{plan.edge}};
  return std::to_string(plan.readings) + " readings of " + std::to_string(plan.nodes) +
         " nodes, before " + to_string(edge);
}

}  // namespace

void Retention::look(Moment now) {
  if (is_busy_) return;
  if (is_failed_.exchange(false)) next_ = now + kRoundAgain;
  if (now < next_) return;
  next_ = now + kRoundPeriod;
  is_busy_ = true;
  begin_round();
}

// A question first: the store is taken for itself only where something has to go.
void Retention::begin_round() {
  site_.service.ask(
      {.work =
           [this](store::Connection& connection) {
             const auto plan = plan_of(connection, older_than_, site_.clock());
             if (!is_due(plan)) return end_round();
             site_.service.administer(
                 {.work = [this](store::Store& store) { prune(store); }, .failed = failing()});
           },
       .failed = failing()});
}

std::function<void(const Error&)> Retention::failing() {
  return [this](const Error& error) {
    if (error.kind() != ErrorKind::cancelled) {
      site_.log(std::string("old readings stay for now: ") + error.what());
    }
    is_failed_ = true;
    is_busy_ = false;
  };
}

bool Retention::is_due(const sensors::PrunePlan& plan) const {
  if (plan.records.empty()) return false;
  if (plan.leaves_any) return true;
  site_.log("nothing is pruned, because no reading would be left: " + told(plan) +
            "; if the clock is right, prune by command");
  return false;
}

// Planned once more: readings have come since the question was answered.
void Retention::prune(store::Store& store) {
  const sensors::PrunePlan plan = plan_of(store.connection(), older_than_, site_.clock());
  if (is_due(plan)) {
    const std::string note = sensors::carry_out(store, plan);
    pruned_ = pruned_ + static_cast<double>(plan.readings);
    site_.log("pruned " + told(plan) + (note.empty() ? "" : "; " + note));
  }
  end_round();
}

void Retention::end_round() {
  ++rounds_;
  is_busy_ = false;
}

MetricFamily Retention::family() const {
  return {.name = "shelduck_readings_pruned_total",
          .help = "Readings that --retain has given up",
          .type = MetricType::counter,
          .label = "database",
          .values = {{"sensors", pruned_}}};
}

}  // namespace shelduck::server
