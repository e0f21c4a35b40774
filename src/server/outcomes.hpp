// Outcomes are how admin commands ended, by the id that their caller gave them: who lost the
// connection asks again, and nothing is run twice.
//
//   if (!outcomes.begin(id)) ... it was ordered before: tell how it ended instead ...
//   outcomes.end(id, {.exit_code = 0, .said = {{FrameType::out, text}}});
//   const auto found = outcomes.wait(id, Seconds{10});
//
// Threads: any. Limit: the last kOutcomesMax; older ones are unknown, as after a restart.
#pragma once

#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/delegation/frame.hpp"

namespace shelduck::server {

inline constexpr std::size_t kOutcomesMax = 256;
// Of what one command said; with more, only its exit code is kept. Below a caller's first credit.
inline constexpr std::size_t kOutcomeBytesMax = 131'072;

struct Outcome {
  std::optional<int> exit_code;  // none: it is still at work
  std::vector<delegation::Frame> said{};
};

class Outcomes {
 public:
  // False where the id is known already.
  [[nodiscard]] bool begin(const std::string& id);
  // The first end of a command counts.
  void end(const std::string& id, Outcome outcome);
  // Nothing for an id that nobody knows.
  [[nodiscard]] std::optional<Outcome> wait(const std::string& id, Seconds patience);

 private:
  std::mutex mutex_;
  std::condition_variable changes_;
  std::map<std::string, Outcome> known_;  // guarded by mutex_
  std::deque<std::string> order_;         // of `known_`, the oldest first
};

}  // namespace shelduck::server
