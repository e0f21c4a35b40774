// RecordingGroup is the claims that share one sync: judged one after the other, each by what those
// before it say too, written together, answered together. Private to the store.
//
//   RecordingGroup group{std::move(claims), std::move(known)};
//   later = group.judge(scanned_upto);      // those who wait for a scan
//   group.write({.append = ..., .is_reserved = ...});
//   remember(group.take_written());
//   group.answer();
//
// Nothing is answered that depends on a record which is not on the disk: a claim that was judged by
// what another one of the group says fails with it, whether it was found new, the same or refused.
// Threads: one. Failure: none goes out; each claim has its own.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <optional>
#include <span>
#include <vector>

#include "shelduck/store/domain.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::store::detail {

struct WaitingRecording {
  Recording recording;
  std::chrono::steady_clock::time_point end;
  std::uint64_t number = 0;  // in the order of arrival, from 1
};

using WaitingRecordings = std::list<WaitingRecording>;

struct GroupWriting {
  std::function<void(std::span<const Record>)> append;  // durable when it returns
  // Of a record type: taken below the disk floor too.
  std::function<bool(std::uint16_t)> is_reserved;
};

class RecordingGroup {
 public:
  RecordingGroup(WaitingRecordings recordings, KnownFacts known);

  // Those that miss something which a scan may bring leave the group, but for those that came
  // before the last scan of the journal began.
  [[nodiscard]] WaitingRecordings judge(std::uint64_t scanned_upto);

  // Returns what went wrong, for the log; the claims know it already.
  std::optional<Error> write(const GroupWriting& writing);

  // What is on the disk now and was not before.
  [[nodiscard]] std::vector<SaidFact> take_written();
  [[nodiscard]] std::size_t records_written() const;

  void fail_all(const Error& error);
  void answer() const;

 private:
  struct Item {
    WaitingRecording waiting;
    Judgement judgement{};
    std::vector<std::size_t> needs{};  // items before it by whose facts it was judged
    std::optional<Error> failure{};
  };

  void judge(Item& item);
  void remember(const std::vector<SaidFact>& says);
  void fail(const std::function<bool(const Item&)>& concerns, const Error& error);
  [[nodiscard]] std::optional<Error> append_those_left(const GroupWriting& writing) const;

  std::vector<Item> items_;
  KnownFacts known_;
  FactTable<std::size_t> said_by_;  // of this group
};

}  // namespace shelduck::store::detail
