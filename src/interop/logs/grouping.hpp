// Grouping says which entries of one log are one run: consecutive entries of the same command line
// and requester, no more than 10 minutes after the end (or else the start) of the one before. An
// unattended upgrade writes 36 apt blocks in one morning, and they are one run.
//
// emerge and ninja tell sessions apart, so there entries of one session are one run whatever lies
// between them, and whatever order they stand in (ninja shuffles its log). Sessions of ninja have
// no mark: builds that began within 10 minutes of each other are one run.
//
//   Grouping grouping{Format::apt};
//   const Placement place = grouping.place(entry);   // {.run = 4, .opens = true}
//
// For all other formats a run is complete as soon as the next one opens.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "shelduck/interop/logs/log_entry.hpp"

namespace shelduck::interop::logs {

inline constexpr std::chrono::minutes kRunGap{10};

struct Placement {
  std::size_t run = 0;  // 0, 1, 2, ... in the order in which runs open
  bool opens = false;   // the first entry of that run, which gives it its id
};

class Grouping {
 public:
  explicit Grouping(Format format) : format_(format) {}

  // Entries in the order of the log.
  [[nodiscard]] Placement place(const LogEntry& entry);

 private:
  struct Last {
    std::size_t run = 0;
    Instant reached;
    std::string command_line;
    std::string requester;
  };

  [[nodiscard]] Placement by_session(const LogEntry& entry);
  [[nodiscard]] Placement by_gap(const LogEntry& entry);

  Format format_;
  std::size_t runs_ = 0;
  std::optional<Last> last_;
  std::map<std::pair<Instant, std::string>, std::size_t> sessions_;
};

}  // namespace shelduck::interop::logs
