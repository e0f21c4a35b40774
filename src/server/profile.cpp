#include "shelduck/server/profile.hpp"

#include <malloc.h>
#include <sys/prctl.h>

#include <algorithm>
#include <array>

namespace shelduck::server {
namespace {

constexpr std::size_t kMega = 1UL << 20U;

// What is larger goes back to the system when it is freed; else it grows with what was freed.
constexpr int kMappedFrom = 64 << 10;
constexpr int kTrimmedFrom = 128 << 10;

Profile small_profile() {
  Profile profile{.name = "small", .is_ceiling = true};
  profile.engine = {
      .memory_bytes = 48'000'000, .checkpoint_bytes = 2'000'000, .freed = store::Freed::given_back};
  profile.heavy_max = 1;
  profile.giving_back = Seconds{600};
  profile.backlog_bytes = 2 * kMega;
  profile.http.body_bytes = kMega;
  profile.http.decoding.bytes = 4 * kMega;
  profile.http.bodies_bytes = 8 * kMega;
  profile.http.connections = 64;
  profile.streams.client_bytes = 64UL << 10U;
  profile.streams.kept = 1000;
  profile.answers_bytes = kMega;
  profile.nodes_max = 10'000;
  profile.arenas = 1;
  return profile;
}

constexpr std::array<std::string_view, 7> kHeavy{
    "sensors readings", "sensors stats",    "sensors hourly", "sensors daily",
    "sensors quality",  "sensors forecast", "sensors export"};

}  // namespace

const Profile& profile_named(std::string_view name) {
  static const Profile kStandard{.name = "standard"};
  static const Profile kSmall = small_profile();
  return name == kSmall.name ? kSmall : kStandard;
}

void take_memory_as(const Profile& profile) {
  (void)mallopt(M_ARENA_MAX, profile.arenas);
  if (profile.engine.freed == store::Freed::kept) return;
  (void)mallopt(M_MMAP_THRESHOLD, kMappedFrom);
  (void)mallopt(M_TRIM_THRESHOLD, kTrimmedFrom);
  // Else, where the system is set so, a page of 2 MB is taken for a few bytes.
  (void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
}

store::Service::Weight weight_of(const commands::Command& command) {
  const bool is_heavy = std::ranges::find(kHeavy, command.path) != kHeavy.end();
  return is_heavy ? store::Service::Weight::heavy : store::Service::Weight::light;
}

}  // namespace shelduck::server
