// The pipe on which a child reports progress.
//
//   ProgressChannel channel = ProgressChannel::descriptor();   // the child gets child_end()
//   channel.read([&](const ProgressEvent& event) { ... });     // when descriptor is readable
//
// As a descriptor of its own it carries events only. In place of stderr it carries everything:
// lines without the prefix "PROGRESS:" go on to our stderr as they came.
//
// A line longer than 64 KB is no event. Reading never waits; a daemon that keeps the pipe open is
// not waited for.
//
// Threads: the main thread. Failure: Error where there is no descriptor left.
#pragma once

#include <functional>
#include <string>

#include "shelduck/front/launch.hpp"
#include "shelduck/front/progress_event.hpp"

namespace shelduck::front {

enum class ProgressPlace { none, own_descriptor, standard_error };

class ProgressChannel {
 public:
  explicit ProgressChannel(ProgressPlace place);
  ~ProgressChannel();
  ProgressChannel(const ProgressChannel&) = delete;
  ProgressChannel& operator=(const ProgressChannel&) = delete;

  // Of our side; -1 without a channel or when the child's side is closed.
  [[nodiscard]] int reading_end() const noexcept { return reading_end_; }
  [[nodiscard]] ChildDescriptors child_descriptors() const noexcept;

  // After the child was started: ours is then the only reading end.
  void close_child_end() noexcept;

  // Takes what is there now.
  void read(const std::function<void(const ProgressEvent&)>& take);

 private:
  void take_bytes(std::string_view bytes, const std::function<void(const ProgressEvent&)>& take);
  void take_line(const std::string& line, const std::function<void(const ProgressEvent&)>& take);
  void close_reading_end() noexcept;

  ProgressPlace place_;
  int reading_end_ = -1;
  int child_end_ = -1;
  std::string line_;
  bool passing_on_ = false;  // inside a line that is no event and already begun on stderr
};

}  // namespace shelduck::front
