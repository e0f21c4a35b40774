#include "shelduck/journal/writer.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/frame.hpp"
#include "shelduck/journal/group.hpp"
#include "shelduck/journal/locked_segment.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/journal/segment_source.hpp"

namespace shelduck::journal {

namespace {

constexpr std::size_t kGroupBytes = 1U << 20;      // a group that has reached it takes no more
constexpr std::size_t kQueueBytesMax = 16U << 20;  // then append() writes

std::size_t weight(const Group& group) {
  return group.payloads.size() + group.records.size() * kFrameHeaderBytes;
}

}  // namespace

class Writer::State {
 public:
  State(FileSystem& files, WriterOptions options);

  struct Place {
    std::shared_ptr<Group> group;
    std::size_t first = 0;
  };

  Place append(std::span<const RecordView> records);
  void write(const std::shared_ptr<Group>& group);
  void commit(const std::shared_ptr<Group>& group);
  [[nodiscard]] std::optional<std::uint64_t> synced_upto(const Uuid& segment);
  // What destruction does in the process that made the writer.
  void finish() noexcept;
  [[nodiscard]] bool is_forked_copy() const { return files_.process_id() != process_; }

 private:
  void refuse_forked_copy() const;
  void check(std::span<const RecordView> records) const;
  void check_floor(std::span<const RecordView> records) const;
  [[nodiscard]] const RecordType& known(std::uint16_t type) const;
  Place enqueue(std::span<const RecordView> records);
  enum class Depth { written, synced };
  void lead(std::unique_lock<std::mutex>& lock, Depth depth);
  std::shared_ptr<Group> take_from_queue();
  void settle(const std::shared_ptr<Group>& group, const std::exception_ptr& failure);
  void settle(std::vector<std::shared_ptr<Group>>& groups, const std::exception_ptr& failure);
  void write(Group& group);
  void write_to_current(Group& group);
  void sync_current();
  void confirm();
  void take_segment(std::uint64_t bytes);
  void let_go_of_current();
  void fail_current(std::string_view reason);
  void abandon_current();
  [[nodiscard]] bool has_notices_to_write() const;
  void write_notices();
  bool try_closing(LockedSegment& segment) noexcept;

  FileSystem& files_;
  const WriterOptions options_;
  const std::string directory_;
  const std::int64_t process_;
  SegmentSource source_;

  std::mutex mutex_;
  std::condition_variable room_;
  std::deque<std::shared_ptr<Group>> queue_;  // guarded by mutex_
  std::size_t queued_bytes_ = 0;              // guarded by mutex_
  bool in_flight_ = false;                    // guarded by mutex_
  // Segments whose lock may still be held, for synced_upto(). Guarded by mutex_.
  std::vector<std::weak_ptr<LockedSegment>> held_;

  // A segment that failed, kept locked until the notice that it is void is on the disk.
  struct Failed {
    std::shared_ptr<LockedSegment> segment;  // shared with the groups in it
    bool notice_is_written = false;
  };

  // Only the thread that set in_flight_ touches these.
  std::shared_ptr<LockedSegment> current_;        // shared with the groups in it
  std::vector<std::shared_ptr<Group>> unsynced_;  // written to current_
  std::vector<std::shared_ptr<Group>> durable_;   // synced, to be told
  std::vector<std::shared_ptr<Group>> lost_;      // written, and their segment failed, to be told
  std::vector<Failed> failed_;
};

Writer::State::State(FileSystem& files, WriterOptions options)
    : files_(files),
      options_(std::move(options)),
      directory_(journal_directory(options_.database)),
      process_(files.process_id()),
      source_(files_, options_) {
  if (!intent_stands(files_, options_.database)) static_cast<void>(source_.identity());
}

void Writer::State::refuse_forked_copy() const {
  if (!is_forked_copy()) return;
  throw Error{ErrorKind::bug,
              "a forked copy of a process used its parent's journal writer",
              {.field = "path", .value = directory_, .hint = "make a Writer after fork()"}};
}

const RecordType& Writer::State::known(std::uint16_t type) const {
  const auto found = std::ranges::find(options_.types, type, &RecordType::type);
  if (found != options_.types.end()) return *found;
  throw Error{ErrorKind::bug,
              "record type " + std::to_string(type) + " is not one of this journal",
              {.field = "type", .value = std::to_string(type), .rule = "listed in the options"}};
}

void Writer::State::check(std::span<const RecordView> records) const {
  for (const RecordView& record : records) {
    static_cast<void>(known(record.type));
    if (record.payload.size() <= kPayloadBytesMax) continue;
    throw Error{ErrorKind::invalid_input,
                "a record of " + std::to_string(record.payload.size()) +
                    " bytes is too large; nothing was recorded",
                {.field = "payload",
                 .value = std::to_string(record.payload.size()),
                 .rule = "at most " + std::to_string(kPayloadBytesMax) + " bytes"}};
  }
}

void Writer::State::check_floor(std::span<const RecordView> records) const {
  const bool all_reserved = std::ranges::all_of(records, [this](const RecordView& record) {
    return known(record.type).record_class == RecordClass::reserved;
  });
  if (all_reserved) return;
  const std::uint64_t free = files_.free_bytes(directory_);
  if (free >= options_.floor_bytes) return;
  throw Error{ErrorKind::exhausted,
              "the disk of '" + directory_ + "' has " + std::to_string(free) +
                  " bytes free, less than the floor of " + std::to_string(options_.floor_bytes) +
                  "; nothing was recorded",
              {.field = "free",
               .value = std::to_string(free),
               .rule = "at least " + std::to_string(options_.floor_bytes),
               .hint = "make room on the disk"}};
}

Writer::State::Place Writer::State::append(std::span<const RecordView> records) {
  refuse_forked_copy();
  check(records);
  if (records.empty()) return {};
  check_floor(records);
  std::unique_lock lock(mutex_);
  while (queued_bytes_ >= kQueueBytesMax) {
    if (in_flight_) {
      room_.wait(lock);
    } else {
      lead(lock, Depth::synced);
    }
  }
  return enqueue(records);
}

Writer::State::Place Writer::State::enqueue(std::span<const RecordView> records) {
  if (queue_.empty() || weight(*queue_.back()) >= kGroupBytes) {
    queue_.push_back(std::make_shared<Group>());
  }
  const std::shared_ptr<Group>& group = queue_.back();
  const std::size_t first = group->records.size();
  queued_bytes_ -= weight(*group);
  for (const RecordView& record : records) {
    group->records.push_back({record.type, record.payload.size()});
    group->payloads += record.payload;
  }
  queued_bytes_ += weight(*group);
  return {group, first};
}

void Writer::State::write(const std::shared_ptr<Group>& group) {
  refuse_forked_copy();
  std::unique_lock lock(mutex_);
  while (group->state == Group::State::queued || group->state == Group::State::writing) {
    if (in_flight_) {
      group->changed.wait(lock);
    } else {
      lead(lock, Depth::written);
    }
  }
  if (group->failure) std::rethrow_exception(group->failure);
}

void Writer::State::commit(const std::shared_ptr<Group>& group) {
  refuse_forked_copy();
  std::unique_lock lock(mutex_);
  while (!group->is_settled()) {
    if (in_flight_) {
      group->changed.wait(lock);
    } else {
      lead(lock, Depth::synced);
    }
  }
  if (group->failure) std::rethrow_exception(group->failure);
}

std::shared_ptr<Group> Writer::State::take_from_queue() {
  if (queue_.empty()) return nullptr;
  std::shared_ptr<Group> group = queue_.front();
  queue_.pop_front();
  queued_bytes_ -= weight(*group);
  group->state = Group::State::writing;
  return group;
}

// Writes the first group of the queue, if there is one, and syncs, on behalf of all threads that
// wait for it.
void Writer::State::lead(std::unique_lock<std::mutex>& lock, Depth depth) {
  const std::shared_ptr<Group> group = take_from_queue();
  in_flight_ = true;
  lock.unlock();
  std::exception_ptr failure;
  try {
    if (group) {
      write(*group);
      unsynced_.push_back(group);
    }
    if (depth == Depth::synced) sync_current();
  } catch (const std::exception&) {
    failure = std::current_exception();
  }
  lock.lock();
  settle(group, failure);
  in_flight_ = false;
  room_.notify_all();
  for (const std::shared_ptr<Group>& waiting : unsynced_) waiting->changed.notify_all();
  // One of those who wait for a later group leads next.
  for (const std::shared_ptr<Group>& waiting : queue_) waiting->changed.notify_one();
}

void Writer::State::settle(const std::shared_ptr<Group>& group, const std::exception_ptr& failure) {
  settle(durable_, nullptr);
  settle(lost_, failure);
  if (!group) return;
  group->payloads = {};
  if (group->state != Group::State::writing) return;
  group->failure = failure;
  group->state = failure ? Group::State::failed : Group::State::written;
  group->changed.notify_all();
}

void Writer::State::settle(std::vector<std::shared_ptr<Group>>& groups,
                           const std::exception_ptr& failure) {
  for (const std::shared_ptr<Group>& group : groups) {
    group->failure = failure;
    group->state = failure ? Group::State::failed : Group::State::durable;
    group->records = {};
    group->changed.notify_all();
  }
  groups.clear();
}

void Writer::State::write(Group& group) {
  const std::uint64_t bytes = bytes_of(group, failed_.size());
  if (current_ && current_->has_frames() && current_->bytes() + bytes > options_.segment_bytes) {
    sync_current();
    let_go_of_current();
  }
  if (!current_) take_segment(bytes);
  try {
    write_to_current(group);
  } catch (const std::exception& error) {
    fail_current(error.what());
    throw;
  }
}

// With the notices that may be written: of segments that are closed for good.
void Writer::State::write_to_current(Group& group) {
  std::vector<VoidNotice> notices;
  std::vector<Failed*> noticed;
  for (Failed& failed : failed_) {
    if (failed.notice_is_written || !try_closing(*failed.segment)) continue;
    notices.push_back({failed.segment->id(), failed.segment->synced_upto()});
    noticed.push_back(&failed);
  }
  group.first_sequence = current_->write(group, notices);
  group.segment = current_;
  for (Failed* const failed : noticed) failed->notice_is_written = true;
}

void Writer::State::sync_current() {
  if (unsynced_.empty()) return;
  try {
    confirm();
  } catch (const std::exception& error) {
    fail_current(error.what());
    throw;
  }
}

// The failed segments may be judged once the notices about them are there to be read.
void Writer::State::confirm() {
  current_->sync();
  if (options_.synced) options_.synced();
  std::ranges::move(unsynced_, std::back_inserter(durable_));
  unsynced_.clear();
  std::erase_if(failed_, [this](const Failed& failed) {
    if (!failed.notice_is_written) return false;
    options_.log(LogLevel::info, "journal segment " + to_string(failed.segment->id()) +
                                     " is declared void after sequence " +
                                     std::to_string(failed.segment->synced_upto()));
    return true;
  });
}

void Writer::State::take_segment(std::uint64_t bytes) {
  current_ = source_.take(bytes);
  const std::lock_guard lock(mutex_);
  std::erase_if(held_, [](const auto& segment) { return segment.expired(); });
  held_.push_back(current_);
}

void Writer::State::let_go_of_current() {
  if (!current_) return;
  try {
    current_->write_closing_marker();
    current_.reset();
  } catch (const std::exception& error) {
    options_.log(LogLevel::warning, error.what());
    abandon_current();
  }
}

// A write or sync of the current segment failed. That is final: it is closed, and what it holds
// beyond its last sync is declared void before anybody learns of the failure.
void Writer::State::fail_current(std::string_view reason) {
  options_.log(LogLevel::error, "journal segment " + to_string(current_->id()) +
                                    " is closed: " + std::string(reason) +
                                    "; records not yet acknowledged are not recorded");
  abandon_current();
  try {
    write_notices();
  } catch (const std::exception& error) {
    options_.log(LogLevel::error, error.what());
  }
}

void Writer::State::abandon_current() {
  std::ranges::move(unsynced_, std::back_inserter(lost_));
  unsynced_.clear();
  failed_.push_back({std::move(current_)});
  current_.reset();
  for (Failed& failed : failed_) failed.notice_is_written = false;
  try_closing(*failed_.back().segment);
}

bool Writer::State::has_notices_to_write() const {
  return std::ranges::any_of(failed_,
                             [](const Failed& failed) { return failed.segment->is_closed(); });
}

// All of them into one new segment.
void Writer::State::write_notices() {
  if (!has_notices_to_write()) return;
  Group nothing;
  take_segment(bytes_of(nothing, failed_.size()));
  try {
    write_to_current(nothing);
    confirm();
  } catch (const std::exception&) {
    abandon_current();
    throw;
  }
}

bool Writer::State::try_closing(LockedSegment& segment) noexcept {
  try {
    segment.close();
    return true;
  } catch (const std::exception& error) {
    options_.log(LogLevel::error, error.what());
    return false;
  }
}

std::optional<std::uint64_t> Writer::State::synced_upto(const Uuid& segment) {
  const std::lock_guard lock(mutex_);
  for (const auto& candidate : held_) {
    const std::shared_ptr<LockedSegment> held = candidate.lock();
    if (held && held->id() == segment) return held->synced_upto();
  }
  return std::nullopt;
}

void Writer::State::finish() noexcept {
  std::unique_lock lock(mutex_);
  while (!queue_.empty() || !unsynced_.empty()) {
    const std::shared_ptr<Group> group = queue_.empty() ? unsynced_.front() : queue_.front();
    const std::size_t records = group->records.size();
    lead(lock, Depth::synced);
    if (!group->failure) continue;
    options_.log(LogLevel::error, "journal '" + directory_ + "': " + std::to_string(records) +
                                      " records that nobody committed were not recorded");
  }
  lock.unlock();
  let_go_of_current();
  for (const Failed& failed : failed_) try_closing(*failed.segment);
  try {
    write_notices();
  } catch (const std::exception& error) {
    options_.log(LogLevel::error, error.what());
  }
  let_go_of_current();
}

Writer::Writer(FileSystem& files, WriterOptions options)
    : state_(std::make_unique<State>(files, std::move(options))) {}

Writer::~Writer() {
  if (!state_->is_forked_copy()) state_->finish();
}

Ticket Writer::append(std::span<const RecordView> records) {
  const State::Place place = state_->append(records);
  Ticket ticket;
  ticket.group_ = place.group;
  ticket.first_ = place.first;
  ticket.count_ = records.size();
  return ticket;
}

void Writer::write(const Ticket& ticket) {
  if (ticket.group_) state_->write(ticket.group_);
}

void Writer::commit(const Ticket& ticket) {
  if (ticket.group_) state_->commit(ticket.group_);
}

OpenStart Writer::hold(const Ticket& ticket) { return OpenStart{ticket.group_}; }

Position Writer::position(const Ticket& ticket) const {
  if (!ticket.group_ || ticket.group_->state != Group::State::durable) {
    throw Error{ErrorKind::bug, "a journal position was asked for before its commit"};
  }
  return {ticket.group_->segment->id(),
          ticket.group_->first_sequence + ticket.first_ + ticket.count_ - 1};
}

std::optional<std::uint64_t> Writer::synced_upto(const Uuid& segment) const {
  return state_->synced_upto(segment);
}

}  // namespace shelduck::journal
