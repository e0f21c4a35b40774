#include "shelduck/front/measured_steps.hpp"

#include <utility>

#include "shelduck/core/utf8.hpp"

namespace shelduck::front {
namespace {

constexpr std::size_t kPhasesMax = 1000;

std::optional<double> percent_of(const ProgressEvent& event) {
  if (event.percent) return event.percent;
  const auto share = [](std::optional<std::int64_t> done, std::optional<std::int64_t> total) {
    std::optional<double> percent;
    if (done && total && *total > 0 && *done <= *total) {
      percent = 100.0 * static_cast<double>(*done) / static_cast<double>(*total);
    }
    return percent;
  };
  const auto of_bytes = share(event.bytes_downloaded, event.bytes_total);
  return of_bytes ? of_bytes : share(event.items_completed, event.items_total);
}

}  // namespace

MeasuredSteps::MeasuredSteps(std::string main_step, history::Phase main_phase)
    : main_step_(std::move(main_step)), main_phase_(main_phase) {}

void MeasuredSteps::take(const ProgressEvent& event, const Moment& now) {
  reported_ = true;
  if (event.kind == ProgressKind::phase_start) begin_phase(event.phase, now);
  if (open_ && event.bytes_downloaded) phases_.back().bytes_downloaded = event.bytes_downloaded;
  if (event.items_completed) items_ = event.items_completed;
  if (const auto percent = percent_of(event)) percent_ = percent;
  if (event.kind == ProgressKind::phase_end && open_ && phases_.back().name == event.phase) {
    finish(now);
  }
}

void MeasuredSteps::begin_phase(const std::string& name, const Moment& now) {
  finish(now);
  if (phases_.size() >= kPhasesMax || name.size() > 200) return;
  const auto phase = history::parse_phase(name).value_or(main_phase_);
  phases_.push_back({.name = valid_utf8(name),
                     .phase = phase,
                     .begin = now,
                     .end = now,
                     .bytes_downloaded = std::nullopt});
  open_ = true;
  percent_.reset();
}

void MeasuredSteps::finish(const Moment& now) {
  if (!open_) return;
  phases_.back().end = now;
  open_ = false;
  percent_.reset();
}

history::Phase MeasuredSteps::current_phase() const noexcept {
  return open_ ? phases_.back().phase : main_phase_;
}

Moment MeasuredSteps::current_begin() const noexcept {
  return open_ ? phases_.back().begin : Moment{};
}

}  // namespace shelduck::front
