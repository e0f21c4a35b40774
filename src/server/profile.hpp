// Profile is how much of the machine a server takes: every limit of it in one place.
//
//   const Profile& profile = profile_named("small");
//   take_memory_as(profile);                      // before any thread is there
//   Service service{path, domain, ..., {.heavy_max = profile.heavy_max}};
//
// `small` is for boards with little memory: with a million readings, ten posts and two reads a
// second and two exports the process stays under 96 MB (docs/small-boards.md). What is beyond a
// limit is refused as everywhere, never half done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "shelduck/commands/table.hpp"
#include "shelduck/http/server.hpp"
#include "shelduck/server/event_stream.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::server {

struct Profile {
  std::string_view name;
  bool is_ceiling = false;      // of `engine`: what else was asked for does not go beyond it
  store::EngineShare engine{};  // one thread in every profile: sums of several end in other digits
  int heavy_max = 2;            // questions that look at many rows, at once
  std::size_t backlog_bytes = 64UL << 20U;  // written and not applied: then writes wait
  // Of work, until memory that it left behind is let go of. That writes the last rows of each table
  // anew, up to a megabyte, which wears a card.
  Seconds giving_back{10};
  http::Limits http{};
  StreamLimits streams{};
  std::size_t answers_bytes = 16UL << 20U;  // kept for those who ask again
  std::int64_t nodes_max = 1'000'000;       // readings of another one are refused
  // Places of the C library's allocator that threads share. With one for each thread it keeps
  // pieces that cannot be given back: after five minutes of everything a server at rest held 72 MB,
  // with two of them 65.
  int arenas = 2;
};

[[nodiscard]] const Profile& profile_named(std::string_view name);

// The C library's allocator, which needs this before there is a second thread; that of the engine
// follows from `engine`.
void take_memory_as(const Profile& profile);

// Whether a question looks at many rows.
[[nodiscard]] store::Service::Weight weight_of(const commands::Command& command);

}  // namespace shelduck::server
