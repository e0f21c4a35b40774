// Feed is the body of an answer that is made while it is sent: pieces come from any thread, the
// connection sends them as its client takes them.
//
//   const auto feed = std::make_shared<Feed>(256 << 10);
//   respond({.content_type = "text/event-stream", .feed = feed});
//   if (feed->add(piece) == Feed::Outcome::full) feed->end(last_words);
//
// A piece may be shared by many feeds; it is neither copied nor changed. Whoever adds keeps a weak
// pointer: the connection owns the feed, and it is gone with its client.
// Threads: any. add and end never wait. The connection is the only one that takes.
// Limits:  `bytes_max` wait; what the kernel has taken does not count. One that has no piece taken
//          for the server's `answer_time` is closed.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace shelduck::http {

class Feed {
 public:
  using Piece = std::shared_ptr<const std::string>;
  enum class Outcome { taken, full, ended };

  explicit Feed(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // `full`: it would wait behind more than the bound; nothing was added.
  [[nodiscard]] Outcome add(Piece piece);
  // No more comes; `last` goes out behind what waits, whatever the bound.
  void end(Piece last = nullptr);
  // What was sent is not the whole: the connection breaks off, so that its client sees that.
  void break_off();
  [[nodiscard]] bool is_ended() const;
  [[nodiscard]] bool is_broken() const;

  // Called by the connection's thread each time that nothing waits any more. Before it is handed
  // over.
  void on_drained(std::function<void()> action) { drained_ = std::move(action); }

  // The connection's side. `news` is called by those who add, and must not wait.
  void on_news(std::function<void()> news);
  [[nodiscard]] std::vector<Piece> take();
  // What was taken is sent.
  void sent();

 private:
  const std::size_t bytes_max_;
  std::function<void()> drained_;
  mutable std::mutex mutex_;  // guards all below
  std::function<void()> news_;
  std::vector<Piece> waiting_;
  std::size_t bytes_ = 0;  // waiting, or taken and not yet sent
  std::size_t taken_bytes_ = 0;
  bool is_ended_ = false;
  bool is_broken_ = false;
};

}  // namespace shelduck::http
