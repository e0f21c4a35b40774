#include "shelduck/store/recording_group.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "shelduck/store/failure_of.hpp"

namespace shelduck::store::detail {

RecordingGroup::RecordingGroup(WaitingRecordings recordings, KnownFacts known)
    : known_(std::move(known)) {
  items_.reserve(recordings.size());
  for (WaitingRecording& waiting : recordings) items_.push_back({.waiting = std::move(waiting)});
}

WaitingRecordings RecordingGroup::judge(std::uint64_t scanned_upto) {
  WaitingRecordings later;
  std::vector<Item> items = std::exchange(items_, {});
  items_.reserve(items.size());
  for (Item& item : items) {
    judge(item);
    if (item.judgement.may_come && item.waiting.number > scanned_upto) {
      later.push_back(std::move(item.waiting));
      continue;
    }
    // Nobody is judged after the last one.
    if (&item != &items.back()) remember(item.judgement.says);
    items_.push_back(std::move(item));
  }
  return later;
}

void RecordingGroup::remember(const std::vector<SaidFact>& says) {
  known_.reserve(known_.size() + says.size());
  said_by_.reserve(said_by_.size() + says.size());
  for (const SaidFact& said : says) {
    known_[said.fact] = said.content;
    said_by_[said.fact] = items_.size();
  }
}

void RecordingGroup::judge(Item& item) {
  const Claim& claim = item.waiting.recording.claim;
  const std::optional<Error> thrown = failure_of([&] { item.judgement = claim.judge(known_); });
  if (thrown) item.judgement = {.refusal = thrown};
  if (said_by_.empty()) return;
  for (const Fact& fact : claim.judged_by) {
    if (const std::size_t* said = said_by_.find(fact)) item.needs.push_back(*said);
  }
}

// With them those fail that were judged by what they say.
void RecordingGroup::fail(const std::function<bool(const Item&)>& concerns, const Error& error) {
  for (Item& item : items_) {
    const bool is_concerned =
        concerns(item) || std::ranges::any_of(item.needs, [this](std::size_t other) {
          return items_[other].failure.has_value();
        });
    if (!item.failure && is_concerned) item.failure = error;
  }
}

void RecordingGroup::fail_all(const Error& error) {
  fail([](const Item&) { return true; }, error);
}

std::optional<Error> RecordingGroup::append_those_left(const GroupWriting& writing) const {
  std::vector<Record> records;
  for (const Item& item : items_) {
    if (item.failure) continue;
    records.insert(records.end(), item.judgement.records.begin(), item.judgement.records.end());
  }
  if (records.empty()) return std::nullopt;
  return failure_of([&] { writing.append(records); });
}

std::optional<Error> RecordingGroup::write(const GroupWriting& writing) {
  const std::optional<Error> first = append_those_left(writing);
  std::optional<Error> failure = first;
  if (failure && failure->kind() == ErrorKind::exhausted) {
    // Below the disk floor what ends something is still taken.
    const auto is_ordinary = [&](const Item& item) {
      return std::ranges::any_of(item.judgement.records, [&](const Record& record) {
        return !writing.is_reserved(record.type);
      });
    };
    fail(is_ordinary, *failure);
    failure = append_those_left(writing);
  }
  if (failure) {
    // A disk that failed once may serve the next try: the records go to another segment.
    const bool is_io = failure->kind() == ErrorKind::io;
    fail([](const Item& item) { return !item.judgement.records.empty(); },
         is_io ? Error{ErrorKind::busy,
                       "the journal could not be written; nothing of this was recorded",
                       {.hint = "try again"}}
               : *failure);
  }
  return first ? first : failure;
}

std::vector<SaidFact> RecordingGroup::take_written() {
  std::vector<SaidFact> said;
  for (Item& item : items_) {
    if (item.failure) continue;
    std::vector<SaidFact> says = std::exchange(item.judgement.says, {});
    if (said.empty()) {
      said = std::move(says);
    } else {
      std::ranges::move(says, std::back_inserter(said));
    }
  }
  return said;
}

std::size_t RecordingGroup::records_written() const {
  std::size_t records = 0;
  for (const Item& item : items_) records += item.failure ? 0 : item.judgement.records.size();
  return records;
}

void RecordingGroup::answer() const {
  for (const Item& item : items_) {
    const Recording& recording = item.waiting.recording;
    const auto& error = item.failure ? item.failure : item.judgement.refusal;
    // An answer that fails is nobody else's loss.
    (void)failure_of([&] {
      if (error) {
        recording.failed(*error);
      } else {
        recording.done(item.judgement.records.empty() ? Said::before : Said::now);
      }
    });
  }
}

}  // namespace shelduck::store::detail
