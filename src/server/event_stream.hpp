// EventDesk carries what databases announce to the streams of HTTP clients, as server-sent events.
//
//   desk.publish("history", applied);             // by the applying thread, after a commit
//   respond(desk.open({.filter = {.types = {"execution"}}, .last_id =
//   request.field("last-event-id")})); desk.tick(now);                               // each
//   second: comments and summaries
//
// An event's id names the apply counter of each database ("history:12"); from one that a client has
// seen it goes on with what is newer, as far as the last `kept` events reach. Where that is not
// known (too old, ahead of the counter, unreadable) it says `reset`: read everything again.
// Events that one record brought share an id; the last of them carries it, so that a client that
// comes back may see one twice and never misses one.
//
// Threads: any; nothing here waits for a client. An event is written when the first stream takes
//          it, and shared by all.
// Limits:  StreamLimits. `client_bytes` wait for a client; what is beyond them is handed on from
//          what is kept, as the client takes it. One that is behind all that is kept is told
//          `lagged` and closed.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/http/feed.hpp"
#include "shelduck/http/message.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::server {

struct StreamLimits {
  std::size_t streams = 64;
  std::size_t client_bytes = std::size_t{256} << 10U;
  std::size_t kept = 10'000;            // events
  std::size_t events_a_second = 1'000;  // of a stream without a filter; then summaries
  Seconds comment{15};
};

// What a client asks for: no types are all types, no subject are all subjects.
struct EventFilter {
  std::set<std::string, std::less<>> types{};
  std::optional<std::string> subject{};

  [[nodiscard]] bool takes_all() const { return types.empty() && !subject; }
  [[nodiscard]] bool takes(const store::Events& events, std::size_t place) const {
    return (types.empty() || types.contains(events.type)) &&
           (!subject || *subject == events.subject(place));
  }
};

struct StreamWish {
  EventFilter filter{};
  std::optional<std::string> last_id{};
};

class EventDesk {
 public:
  using Moment = std::chrono::steady_clock::time_point;

  // Of the domains whose databases are served, in the order of an id.
  EventDesk(std::vector<std::string> databases, StreamLimits limits);
  EventDesk(const EventDesk&) = delete;
  EventDesk& operator=(const EventDesk&) = delete;

  void publish(std::string_view database, const store::Applied& applied, Moment now);

  // Throws Error(busy) where there are `streams` already, or after close().
  [[nodiscard]] http::Response open(const StreamWish& wish);

  void tick(Moment now);

  // Ends every stream with `bye`.
  void close();

  [[nodiscard]] std::size_t streams() const;

 private:
  using Counts = std::map<std::string, std::uint64_t, std::less<>>;

  enum class Kind {
    event,
    summed,   // one that a summary counts, where there is no filter
    summary,  // for who has no filter; no record brought it
  };
  struct Kept {
    std::string_view database;
    std::uint64_t key = 0;  // a client whose counter is lower has not seen it
    std::shared_ptr<const std::string> id;
    std::shared_ptr<const store::Events> events;  // none of a summary
    std::size_t place = 0;                        // in them
    http::Feed::Piece text{};                     // once somebody took it
    Kind kind = Kind::event;
  };
  struct Stream {
    std::weak_ptr<http::Feed> feed;  // the connection's: it goes with its client
    EventFilter filter;
    std::uint64_t number = 0;
    std::uint64_t next = 0;  // of the event that comes next, counted from the start
    bool is_live = false;    // false while it catches up after coming back: it is told everything
  };
  using Streams = std::deque<Stream>;

  // All events of what was applied, and where in them some of one type stand.
  struct Batch {
    std::string_view database;
    const store::Applied& applied;
    std::size_t size = 0;
    std::size_t first = 0;  // of those that follow

    // The last events of a batch take its last counts, one each; where there are more events than
    // records, the first ones say the count before the batch.
    [[nodiscard]] std::uint64_t count_of(std::size_t place) const;
    [[nodiscard]] std::uint64_t key_of(std::size_t place) const;
  };
  struct Places {
    std::size_t from = 0;
    std::size_t to = 0;  // before it
  };

  void tell(const Batch& batch, const store::Events& events);
  // Those that nobody hears and that are not kept.
  void pass_over(const Batch& batch, const store::Events& events, std::size_t size);
  void keep(const Batch& batch, const std::shared_ptr<const store::Events>& events,
            const Places& places);
  // Of so many events how many are beyond what a second may have: the last ones.
  [[nodiscard]] std::size_t count_in_second(const std::string& type, std::size_t size);
  void drop_old();
  void note_gone(std::string_view database, std::uint64_t key);
  void reset();
  void sum_up(Moment now);
  [[nodiscard]] static bool is_meant(const Kept& event, const Stream& stream);
  // What it has not had, as far as there is room. False where the stream is over.
  [[nodiscard]] bool send_kept(Stream& stream);
  void send_kept();
  [[nodiscard]] static const http::Feed::Piece& text_of(Kept& event);
  // The id moves on with what a filter leaves out.
  void comment();
  void go_on(std::uint64_t number);
  void drop_gone();
  [[nodiscard]] std::optional<Counts> parse(std::string_view id) const;
  [[nodiscard]] std::optional<std::uint64_t> place_after(const Counts& seen) const;
  [[nodiscard]] std::string id_of(const Counts& counts) const;
  [[nodiscard]] std::uint64_t end() const { return begin_ + events_.size(); }

  const std::vector<std::string> databases_;
  const StreamLimits limits_;
  mutable std::mutex mutex_;  // guards all below; never held while waiting
  Counts counts_;             // of each database, now
  Counts gone_;               // the highest keys that are not kept any more
  std::deque<Kept> events_;
  std::uint64_t begin_ = 0;  // the number of events_.front()
  Streams streams_;
  std::uint64_t opened_ = 0;
  Moment second_{};                              // when the present second began
  std::size_t in_second_ = 0;                    // events
  std::map<std::string, std::uint64_t> summed_;  // left out, by type
  Moment commented_{};
  bool is_closed_ = false;
};

// Ticks a desk each second, with a thread of its own.
class EventClock {
 public:
  explicit EventClock(EventDesk& desk);
  ~EventClock() { stop(); }
  EventClock(const EventClock&) = delete;
  EventClock& operator=(const EventClock&) = delete;

  void stop();

 private:
  void tick_until_stopped();

  EventDesk& desk_;
  std::mutex mutex_;
  std::condition_variable stops_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace shelduck::server
