// The identity of an entry: what makes two imports of one log agree, and two hosts differ.
//
// It is format + source + start time + what was written at the start + the ordinal among equal
// ones; for ninja it is the command's start, end and hash in place of the time. Two different
// entries of one second differ in their content or, at worst, in their ordinal, and hosts made from
// one image differ in their source. What the log learns later (end, error) changes nothing.
//
// An IdentityCounter lives as long as one import of one source, and sees its entries in order.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shelduck/core/uuid.hpp"
#include "shelduck/interop/logs/log_entry.hpp"
#include "shelduck/interop/logs/seen_counter.hpp"

namespace shelduck::interop::logs {

class IdentityCounter {
 public:
  IdentityCounter(Format format, std::string_view source);

  // The id of the execution (UUID version 8). Each call counts as one more such entry.
  [[nodiscard]] Uuid next(const LogEntry& entry);

 private:
  std::string prefix_;
  std::string scratch_;
  SeenCounter<Uuid, UuidHash> seen_;
};

// The id of the run whose first entry has this identity.
[[nodiscard]] Uuid run_identity(const Uuid& first_entry);

}  // namespace shelduck::interop::logs
