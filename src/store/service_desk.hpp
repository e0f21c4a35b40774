// The inside of a Service: who waits, who answers, and the thread that applies. Private to the
// store; Service is its face, and says what holds.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "shelduck/store/failure_of.hpp"
#include "shelduck/store/giving_back.hpp"
#include "shelduck/store/readers.hpp"
#include "shelduck/store/recording_desk.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/store/waiting_room.hpp"

namespace shelduck::store {

class Service::Desk {
 public:
  Desk(const std::filesystem::path& database, Domain domain, OpenOptions options,
       ServiceOptions service);

  void ask(Question question);
  void administer(Administration administration);
  void record(Recording recording);
  void append(std::span<const Record> records);
  void announce(const std::string& socket);
  [[nodiscard]] State state() const;
  [[nodiscard]] bool stop(Seconds patience);
  void wait_for_opening();

 private:
  using Lock = std::unique_lock<std::mutex>;

  // The applying thread's.
  void apply_until_stopped();
  [[nodiscard]] std::optional<detail::WaitingJob> wait_for_work(
      Lock& lock, detail::SteadyClock::time_point upkeep);
  enum class Depth { news, everything };
  void apply(Depth depth);
  // Everything acknowledged before these came is applied.
  void admit(Lock& lock, detail::WaitingRoom::Questions ready);
  void apply_imports();
  void run(detail::WaitingJob job);
  void keep_up();
  // Memory: after the start, and then while there is work and once after that.
  void give_back();
  void try_journal();
  void open_again();
  void open_store();
  // The mutex is held. True for whoever has to say that the store is broken: once.
  [[nodiscard]] bool give_up(Lock& lock);
  // Runs `action` while no question is being answered; false where that did not come by `end`.
  template <class Action>
  [[nodiscard]] bool alone(detail::SteadyClock::time_point end, const Action& action);

  [[nodiscard]] detail::WaitingRoom::Heavy heavy() const;
  void read_until_stopped(std::size_t reader);
  void answer(Lock& lock, std::size_t reader);
  void watch_until_stopped();
  // What an asker is told who was interrupted because the store is opened again.
  [[nodiscard]] Error told(const Error& failure) const;
  void wake_watcher(detail::SteadyClock::time_point end);
  [[nodiscard]] Error too_many() const;
  [[nodiscard]] detail::RecordingDeskOptions recording_options();
  // Recordings are taken up while a store is open, after its journal was applied once: what a
  // server before this one acknowledged is known then. Nobody is recording after pause_recording().
  void resume_recording();
  struct LookUp;
  [[nodiscard]] KnownFacts find(LookUp& look_up, std::span<const Fact> facts);
  void pause_recording() { recording_.close(); }
  void want_apply();
  void fail_all(Lock& lock);
  void interrupt_until_idle(Lock& lock, detail::SteadyClock::time_point end);
  void note_failure(const std::optional<Error>& failure);
  [[nodiscard]] std::optional<Error> refusal() const;
  void fail(Lock& lock, const detail::Leavers& leavers, const Error& reason);

  const std::filesystem::path path_;
  const Domain domain_;
  const OpenOptions options_;
  const ServiceOptions service_;

  mutable std::mutex mutex_;  // guards all below but store_ and told_
  std::condition_variable applier_wakes_;
  std::condition_variable readers_wake_;
  std::condition_variable watcher_wakes_;
  std::condition_variable running_changes_;
  detail::WaitingRoom waiting_;
  detail::SteadyClock::time_point watched_until_{};  // what the watcher waits for
  detail::Readers readers_;
  int heavy_ = 0;  // questions of that weight that are being answered
  bool is_alone_wanted_ = false;
  bool is_applying_ = false;  // the applying thread is at work
  bool is_stopping_ = false;
  std::optional<Error> fatal_;  // why store_ is to be opened again; no question begins meanwhile
  bool is_opening_ = false;     // store_ is being replaced, or about to be
  bool is_given_up_ = false;    // that failed, or took too long
  bool is_stopped_ = false;
  // When replacing it takes too long; far away while nobody does.
  detail::SteadyClock::time_point opening_end_ = detail::SteadyClock::time_point::max();
  bool is_apply_wanted_ = true;                 // by who records
  bool is_scan_wanted_ = false;                 // by one of them who waits for it
  detail::SteadyClock::time_point gathered_{};  // then what was recorded meanwhile is worth a batch
  bool was_applied_ = false;                    // once, since the start
  bool has_news_ = true;
  bool is_tidy_ = false;            // what can wait is done
  std::uint64_t administered_ = 0;  // orders
  detail::GivingBack giving_;       // of memory; its work are questions, records and orders
  State state_;
  std::string socket_;

  std::optional<Store> store_;  // replaced only alone, while nobody records
  detail::RecordingDesk recording_;
  std::vector<std::string> told_;  // the applier's: notes of the last apply(), which are logged
  std::thread applier_;
  std::thread watcher_;
  std::vector<std::thread> reading_;
};

}  // namespace shelduck::store
