#include "shelduck/server/event_stream.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

using http::Feed;

constexpr std::chrono::seconds kSecond{1};
// After which a browser comes back, in milliseconds.
constexpr std::string_view kRetry = "retry: 2000\n";

// Thousands are kept: none with the room in which it was written.
Feed::Piece piece_of(std::string text) {
  text.shrink_to_fit();
  return std::make_shared<const std::string>(std::move(text));
}

std::string block(std::string_view id, std::string_view type, std::string_view json) {
  std::string text;
  text.reserve(id.size() + type.size() + json.size() + 24);  // and the names of the lines
  if (!id.empty()) text.append("id: ").append(id).append("\n");
  return text.append("event: ").append(type).append("\ndata: ").append(json).append("\n\n");
}

Feed::Piece reset_block(const std::string& id) {
  return piece_of(block(id, "reset", to_json(Document::object().set("id", id))));
}

Feed::Piece last_words(std::string_view type) { return piece_of(block("", type, "{}")); }

}  // namespace

EventDesk::EventDesk(std::vector<std::string> databases, StreamLimits limits)
    : databases_(std::move(databases)), limits_(limits) {}

void EventDesk::publish(std::string_view database, const store::Applied& applied, Moment now) {
  const std::scoped_lock lock{mutex_};
  if (is_closed_) return;
  const auto known = counts_.find(database);
  const bool is_gap = known != counts_.end() && known->second != applied.before;
  if (known == counts_.end()) gone_[std::string(database)] = applied.before;
  counts_[std::string(database)] = applied.version.count;
  if (is_gap) return reset();
  if (now - second_ >= kSecond) sum_up(now);
  drop_gone();
  Batch batch{.database = *std::ranges::find(databases_, database), .applied = applied};
  for (const store::Events& events : applied.events) batch.size += events.size;
  for (const store::Events& events : applied.events) {
    tell(batch, events);
    batch.first += events.size;
  }
}

std::uint64_t EventDesk::Batch::count_of(std::size_t place) const {
  const std::uint64_t records = applied.version.count - applied.before;
  const std::uint64_t later = size - 1 - (first + place);
  return applied.version.count - std::min(later, records);
}

std::uint64_t EventDesk::Batch::key_of(std::size_t place) const {
  return std::max(count_of(place), applied.before + 1);
}

// Of many never all at once.
void EventDesk::tell(const Batch& batch, const store::Events& events) {
  const std::size_t after = batch.size - batch.first;  // these, and those that follow
  const std::size_t unheard =
      streams_.empty() ? std::min(after - std::min(after, limits_.kept), events.size) : 0;
  if (unheard > 0) pass_over(batch, events, unheard);
  const auto shared = std::make_shared<const store::Events>(events);
  for (std::size_t from = unheard; from < events.size; from += limits_.kept) {
    keep(batch, shared, {.from = from, .to = std::min(from + limits_.kept, events.size)});
    send_kept();
    drop_old();
  }
}

void EventDesk::pass_over(const Batch& batch, const store::Events& events, std::size_t size) {
  (void)count_in_second(events.type, size);
  note_gone(batch.database, batch.key_of(size - 1));
}

std::size_t EventDesk::count_in_second(const std::string& type, std::size_t size) {
  const std::size_t room = limits_.events_a_second - std::min(in_second_, limits_.events_a_second);
  in_second_ += size;
  const std::size_t beyond = size - std::min(size, room);
  if (beyond > 0) summed_[type] += beyond;
  return beyond;
}

void EventDesk::drop_old() {
  while (events_.size() > limits_.kept) {
    note_gone(events_.front().database, events_.front().key);
    events_.pop_front();
    ++begin_;
  }
}

void EventDesk::note_gone(std::string_view database, std::uint64_t key) {
  auto gone = gone_.find(database);
  if (gone == gone_.end()) gone = gone_.emplace(database, 0).first;
  gone->second = std::max(gone->second, key);
}

void EventDesk::keep(const Batch& batch, const std::shared_ptr<const store::Events>& events,
                     const Places& places) {
  Counts counts = counts_;
  auto& count = counts.find(batch.database)->second;
  const std::size_t summed_from =
      places.to - count_in_second(events->type, places.to - places.from);
  std::shared_ptr<const std::string> id;
  for (std::size_t place = places.from; place < places.to; ++place) {
    const std::uint64_t now = batch.count_of(place);
    if (!id || now != count) {
      count = now;
      id = piece_of(id_of(counts));
    }
    events_.push_back({.database = batch.database,
                       .key = batch.key_of(place),
                       .id = id,
                       .events = events,
                       .place = place,
                       .kind = place >= summed_from ? Kind::summed : Kind::event});
  }
}

// Nobody knows what happened between: everybody begins anew.
void EventDesk::reset() {
  begin_ = end();
  events_.clear();
  summed_.clear();
  gone_ = counts_;
  const Feed::Piece piece = reset_block(id_of(counts_));
  std::erase_if(streams_, [&](Stream& stream) {
    stream.next = begin_;
    stream.is_live = true;
    const auto feed = stream.feed.lock();
    if (!feed) return true;
    const Feed::Outcome outcome = feed->add(piece);
    if (outcome == Feed::Outcome::full) feed->end(last_words("lagged"));
    return outcome != Feed::Outcome::taken;
  });
}

const Feed::Piece& EventDesk::text_of(Kept& event) {
  if (!event.text) {
    event.text = piece_of(block(*event.id, event.events->type, event.events->json(event.place)));
  }
  return event.text;
}

bool EventDesk::is_meant(const Kept& event, const Stream& stream) {
  const bool is_whole = stream.filter.takes_all();
  switch (event.kind) {
    case Kind::event:
      break;
    case Kind::summed:
      if (is_whole && stream.is_live) return false;
      break;
    case Kind::summary:
      return is_whole && stream.is_live;
  }
  return stream.filter.takes(*event.events, event.place);
}

void EventDesk::send_kept() {
  std::erase_if(streams_, [this](Stream& stream) { return !send_kept(stream); });
}

bool EventDesk::send_kept(Stream& stream) {
  const auto feed = stream.feed.lock();
  if (!feed) return false;
  if (stream.next < begin_) {
    feed->end(last_words("lagged"));
    return false;
  }
  for (; stream.next < end(); ++stream.next) {
    Kept& event = events_[static_cast<std::size_t>(stream.next - begin_)];
    if (!is_meant(event, stream)) continue;
    const Feed::Outcome outcome = feed->add(text_of(event));
    if (outcome == Feed::Outcome::full) return true;
    if (outcome == Feed::Outcome::ended) return false;
  }
  stream.is_live = true;
  return true;
}

// What waited for the client of this stream is sent.
void EventDesk::go_on(std::uint64_t number) {
  const std::scoped_lock lock{mutex_};
  const auto stream = std::ranges::find(streams_, number, &Stream::number);
  if (stream == streams_.end() || stream->next == end()) return;
  if (!send_kept(*stream)) streams_.erase(stream);
}

void EventDesk::drop_gone() {
  std::erase_if(streams_, [](const Stream& stream) { return stream.feed.expired(); });
}

http::Response EventDesk::open(const StreamWish& wish) {
  const std::scoped_lock lock{mutex_};
  if (is_closed_) throw Error{ErrorKind::busy, "the server stops"};
  drop_gone();
  if (streams_.size() >= limits_.streams) {
    throw Error{ErrorKind::busy, std::to_string(limits_.streams) + " streams are open already"};
  }
  const std::string now = id_of(counts_);
  const auto feed = std::make_shared<Feed>(limits_.client_bytes);
  Stream stream{.feed = feed, .filter = wish.filter, .number = ++opened_, .next = end()};
  http::Response response{.content_type = "text/event-stream",
                          .body = std::string(kRetry) + "\n",
                          .fields = {{"cache-control", "no-store"}},
                          .feed = feed};
  const std::optional<Counts> seen = wish.last_id ? parse(*wish.last_id) : std::nullopt;
  const std::optional<std::uint64_t> place = seen ? place_after(*seen) : std::nullopt;
  if (place) {
    stream.next = *place;
  } else if (wish.last_id) {
    response.body += *reset_block(now);
  } else {
    // No event, but from now on the client knows where it stands.
    response.body = std::string(kRetry) + "id: " + now + "\n\n";
  }
  feed->on_drained([this, number = stream.number] { go_on(number); });
  if (send_kept(stream)) streams_.push_back(std::move(stream));
  return response;
}

void EventDesk::sum_up(Moment now) {
  second_ = now;
  in_second_ = 0;
  if (summed_.empty()) return;
  Document types = Document::object();
  std::uint64_t events = 0;
  for (const auto& [type, count] : summed_) {
    types.set(type, count);
    events += count;
  }
  summed_.clear();
  const std::string json =
      to_json(Document::object().set("events", events).set("types", std::move(types)));
  events_.push_back({.database = counts_.begin()->first,
                     .text = piece_of(block(id_of(counts_), "summary", json)),
                     .kind = Kind::summary});
  send_kept();
  drop_old();
}

void EventDesk::tick(Moment now) {
  const std::scoped_lock lock{mutex_};
  drop_gone();
  if (now - second_ >= kSecond) sum_up(now);
  if (Seconds{now - commented_} < limits_.comment) return;
  commented_ = now;
  comment();
}

// Nobody who has not had all before it, nor who has enough to read.
void EventDesk::comment() {
  const Feed::Piece piece = piece_of(":\nid: " + id_of(counts_) + "\n\n");
  for (const Stream& stream : streams_) {
    const auto feed = stream.feed.lock();
    if (feed && stream.next == end()) (void)feed->add(piece);
  }
}

void EventDesk::close() {
  const std::scoped_lock lock{mutex_};
  is_closed_ = true;
  for (const Stream& stream : streams_) {
    if (const auto feed = stream.feed.lock()) feed->end(last_words("bye"));
  }
  streams_.clear();
}

std::size_t EventDesk::streams() const {
  const std::scoped_lock lock{mutex_};
  return static_cast<std::size_t>(
      std::ranges::count_if(streams_, [](const Stream& stream) { return !stream.feed.expired(); }));
}

std::string EventDesk::id_of(const Counts& counts) const {
  std::string id;
  for (const std::string& database : databases_) {
    const auto count = counts.find(database);
    if (count == counts.end()) continue;
    id += (id.empty() ? "" : ",") + database + ":" + std::to_string(count->second);
  }
  return id;
}

std::optional<EventDesk::Counts> EventDesk::parse(std::string_view id) const {
  Counts counts;
  while (!id.empty()) {
    const std::string_view one = id.substr(0, id.find(','));
    id.remove_prefix(std::min(one.size() + 1, id.size()));
    const std::size_t colon = one.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::uint64_t count = 0;
    const std::string_view digits = one.substr(colon + 1);
    const auto [stop, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (failure != std::errc{} || stop != digits.data() + digits.size()) return std::nullopt;
    counts.emplace(one.substr(0, colon), count);
  }
  return counts;
}

// The first event that is newer than what was seen; none where something between is not known.
std::optional<std::uint64_t> EventDesk::place_after(const Counts& seen) const {
  for (const auto& [database, count] : counts_) {
    const auto one = seen.find(database);
    if (one == seen.end() || one->second > count || one->second < gone_.find(database)->second) {
      return std::nullopt;
    }
  }
  const auto first = std::ranges::find_if(
      events_, [&](const Kept& event) { return event.key > seen.find(event.database)->second; });
  return begin_ + static_cast<std::uint64_t>(first - events_.begin());
}

EventClock::EventClock(EventDesk& desk) : desk_(desk), thread_([this] { tick_until_stopped(); }) {}

void EventClock::stop() {
  {
    const std::scoped_lock lock{mutex_};
    is_stopping_ = true;
  }
  stops_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void EventClock::tick_until_stopped() {
  std::unique_lock lock{mutex_};
  while (!stops_.wait_for(lock, kSecond, [this] { return is_stopping_; })) {
    desk_.tick(std::chrono::steady_clock::now());
  }
}

}  // namespace shelduck::server
