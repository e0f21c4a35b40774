// Group is what one write of the writer carries: the queued appends of one or several threads. The
// groups that share a sync become one batch of frames. Private to the writer.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::journal {

class LockedSegment;

struct QueuedRecord {
  std::uint16_t type = 0;
  std::size_t bytes = 0;
};

struct Group {
  enum class State { queued, writing, written, durable, failed };

  [[nodiscard]] bool is_settled() const {
    return state == State::durable || state == State::failed;
  }

  // Guarded by the writer's mutex until the state is `writing`; then, but for the state, the
  // writing thread's own until it is settled; then constant.
  State state = State::queued;
  std::vector<QueuedRecord> records;
  std::string payloads;  // of all records, one behind the other
  std::exception_ptr failure;
  std::shared_ptr<LockedSegment> segment;  // shared with the writer: keeps the lock
  std::uint64_t first_sequence = 0;        // of the first record
  std::condition_variable changed;
};

}  // namespace shelduck::journal
