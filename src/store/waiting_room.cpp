#include "shelduck/store/waiting_room.hpp"

#include <algorithm>
#include <utility>

namespace shelduck::store::detail {
namespace {

constexpr Seconds kLongestWait{60};

template <class Entry>
std::list<Entry> take_entries_over(std::list<Entry>& list, SteadyClock::time_point now) {
  std::list<Entry> over;
  for (auto at = list.begin(); at != list.end();) {
    const auto next = std::next(at);
    if (at->end <= now) over.splice(over.end(), list, at);
    at = next;
  }
  return over;
}

// Those who came up to `number`.
std::list<WaitingQuestion> take_upto(std::list<WaitingQuestion>& list, std::uint64_t number) {
  const auto later = std::ranges::find_if(
      list, [&](const WaitingQuestion& waiting) { return waiting.number > number; });
  std::list<WaitingQuestion> taken;
  taken.splice(taken.end(), list, list.begin(), later);
  return taken;
}

bool is_free_to_begin(const WaitingQuestion& waiting, WaitingRoom::Heavy heavy) {
  return heavy == WaitingRoom::Heavy::may_begin ||
         waiting.question.weight == Service::Weight::light;
}

}  // namespace

SteadyClock::time_point after(Seconds seconds) {
  return SteadyClock::now() + std::chrono::duration_cast<SteadyClock::duration>(seconds);
}

void Leavers::tell(const Error& reason) const {
  for (const WaitingQuestion& waiting : questions) waiting.question.failed(reason);
  for (const WaitingJob& job : jobs) job.administration.failed(reason);
}

void WaitingRoom::enter(Service::Question question) {
  const auto end = after(question.patience);
  Questions& list = question.asker == Service::Asker::import ? of_imports_ : unapplied_;
  list.push_back({std::move(question), end, ++newest_});
}

void WaitingRoom::enter(Service::Administration administration) {
  const auto end = after(administration.patience);
  jobs_.push_back({std::move(administration), end});
}

WaitingRoom::Questions WaitingRoom::take(std::uint64_t number) {
  return take_upto(unapplied_, number);
}

WaitingRoom::Questions WaitingRoom::take_imports(std::uint64_t number) {
  return take_upto(of_imports_, number);
}

std::size_t WaitingRoom::in_line() const {
  const auto known = std::ranges::count_if(unapplied_, [](const WaitingQuestion& waiting) {
    return static_cast<bool>(waiting.question.known);
  });
  return admitted_.size() + unapplied_.size() - static_cast<std::size_t>(known);
}

bool WaitingRoom::has_admitted(Heavy heavy) const {
  return std::ranges::any_of(
      admitted_, [&](const WaitingQuestion& waiting) { return is_free_to_begin(waiting, heavy); });
}

WaitingQuestion WaitingRoom::next_question(Heavy heavy) {
  const auto at = std::ranges::find_if(
      admitted_, [&](const WaitingQuestion& waiting) { return is_free_to_begin(waiting, heavy); });
  WaitingQuestion next = std::move(*at);
  admitted_.erase(at);
  return next;
}

WaitingJob WaitingRoom::next_job() {
  WaitingJob next = std::move(jobs_.front());
  jobs_.pop_front();
  return next;
}

Leavers WaitingRoom::take_expired(SteadyClock::time_point now) {
  Leavers leavers{.questions = take_entries_over(unapplied_, now),
                  .jobs = take_entries_over(jobs_, now)};
  for (Questions* questions : {&of_imports_, &admitted_}) {
    leavers.questions.splice(leavers.questions.end(), take_entries_over(*questions, now));
  }
  return leavers;
}

Leavers WaitingRoom::take_all() { return take_expired(SteadyClock::time_point::max()); }

SteadyClock::time_point WaitingRoom::earliest_end() const {
  auto end = after(kLongestWait);
  for (const Questions* questions : {&unapplied_, &of_imports_, &admitted_}) {
    for (const WaitingQuestion& waiting : *questions) end = std::min(end, waiting.end);
  }
  for (const WaitingJob& job : jobs_) end = std::min(end, job.end);
  return end;
}

}  // namespace shelduck::store::detail
