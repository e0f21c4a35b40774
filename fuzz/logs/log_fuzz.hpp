// The one body of all log fuzzers: whatever the bytes are, a reader ends, throws nothing, and hands
// over entries that have a time, an identity of their own and a place in a run.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "shelduck/interop/logs/grouping.hpp"
#include "shelduck/interop/logs/identity.hpp"
#include "shelduck/interop/logs/log_reader.hpp"

namespace shelduck::fuzz {

namespace logs = interop::logs;

inline void require(bool holds) {
  if (!holds) std::abort();
}

class CheckingSink final : public logs::Sink {
 public:
  explicit CheckingSink(logs::Format format) : grouping_(format), identities_(format, "fuzz") {}

  void entry(logs::LogEntry entry) override {
    ++entries;
    require(entry.start || entry.end);
    require(entry.start.has_value() != entry.flags.has(logs::Flag::start_unknown));
    require(entry.line > 0);
    const auto duration = entry.duration();
    require(!duration || duration->count() >= 0);
    require(seen_.insert(identities_.next(entry)).second);
    const logs::Placement place = grouping_.place(entry);
    require(place.opens == (place.run == runs_));
    if (place.opens) ++runs_;
  }

  void reject(logs::Reject reject) override {
    ++rejects;
    require(!reject.reason.empty());
    require(reject.text.size() <= logs::kRejectTextBytes);
  }

  std::uint64_t entries = 0;
  std::uint64_t rejects = 0;

 private:
  logs::Grouping grouping_;
  logs::IdentityCounter identities_;
  std::unordered_set<Uuid, UuidHash> seen_;
  std::size_t runs_ = 0;
};

inline int read_log_bytes(logs::Format format, const std::uint8_t* data, std::size_t size) {
  std::vector<logs::LogPart> parts;
  std::string bytes{reinterpret_cast<const char*>(data), size};
  parts.push_back(
      {.name = "fuzz", .bytes = logs::decompressed(logs::memory_bytes(std::move(bytes), 997))});
  logs::LineSource lines{std::move(parts), {.line_bytes_max = 65536}};
  CheckingSink sink{format};
  const logs::ReadOptions options{.zone = logs::LocalZone::named("Europe/Berlin"), .year = 2012};
  const logs::ReadSummary summary = logs::read_log(format, lines, options, sink);
  require(summary.entries == sink.entries && summary.rejects == sink.rejects);
  return 0;
}

}  // namespace shelduck::fuzz
