// Whatever comes as Last-Event-ID opens a stream: it goes on behind what was seen, or says `reset`;
// nothing that is newer is left out.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "shelduck/server/event_stream.hpp"

namespace shelduck::server {
namespace {

constexpr std::uint64_t kEvents = 20;
constexpr std::size_t kKept = 10;

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t times(std::string_view text, std::string_view word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    ++count;
  }
  return count;
}

void publish(EventDesk& desk, std::string_view database, std::uint64_t count) {
  const std::vector<store::Events> events{store::one_event("word", to_json(Document{"w"}))};
  desk.publish(database,
               {.version = {.epoch = {}, .count = count},
                .before = count == 0 ? 0 : count - 1,
                .events = events},
               EventDesk::Moment{std::chrono::hours{1}});
}

void open_after(std::string_view bytes) {
  StreamLimits limits;
  limits.kept = kKept;
  EventDesk desk{{"history", "sensors"}, limits};
  for (std::uint64_t count = 0; count <= kEvents; ++count) publish(desk, "history", count);
  publish(desk, "sensors", 0);
  const http::Response response = desk.open({.last_id = std::string(bytes)});
  std::string heard = response.body;
  for (const auto& piece : response.feed->take()) heard += *piece;
  response.feed->sent();
  require(heard.starts_with("retry: 2000\n"));
  const std::size_t resets = times(heard, "event: reset\n");
  const std::size_t words = times(heard, "event: word\n");
  require(resets <= 1 && words <= kKept && (resets == 0 || words == 0));
  publish(desk, "history", kEvents + 1);
  std::string next;
  for (const auto& piece : response.feed->take()) next += *piece;
  require(times(next, "event: word\n") == 1);
}

}  // namespace
}  // namespace shelduck::server

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::server::open_after({reinterpret_cast<const char*>(data), size});
  return 0;
}
