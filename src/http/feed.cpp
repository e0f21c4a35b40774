#include "shelduck/http/feed.hpp"

#include <utility>

namespace shelduck::http {

Feed::Outcome Feed::add(Piece piece) {
  const std::scoped_lock lock{mutex_};
  if (is_ended_) return Outcome::ended;
  if (bytes_ + piece->size() > bytes_max_) return Outcome::full;
  bytes_ += piece->size();
  waiting_.push_back(std::move(piece));
  if (waiting_.size() == 1 && news_) news_();
  return Outcome::taken;
}

void Feed::end(Piece last) {
  const std::scoped_lock lock{mutex_};
  if (std::exchange(is_ended_, true)) return;
  if (last) waiting_.push_back(std::move(last));
  if (news_) news_();
}

void Feed::break_off() {
  {
    const std::scoped_lock lock{mutex_};
    is_broken_ = !is_ended_;
  }
  end();
}

bool Feed::is_broken() const {
  const std::scoped_lock lock{mutex_};
  return is_broken_;
}

bool Feed::is_ended() const {
  const std::scoped_lock lock{mutex_};
  return is_ended_;
}

void Feed::on_news(std::function<void()> news) {
  const std::scoped_lock lock{mutex_};
  news_ = std::move(news);
}

std::vector<Feed::Piece> Feed::take() {
  const std::scoped_lock lock{mutex_};
  taken_bytes_ = bytes_;
  return std::exchange(waiting_, {});
}

void Feed::sent() {
  {
    const std::scoped_lock lock{mutex_};
    bytes_ -= std::exchange(taken_bytes_, 0);
    if (bytes_ > 0) return;
  }
  if (drained_) drained_();
}

}  // namespace shelduck::http
