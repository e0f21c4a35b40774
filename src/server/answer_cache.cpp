#include "shelduck/server/answer_cache.hpp"

#include <utility>

#include "shelduck/core/uuid.hpp"

namespace shelduck::server {
namespace {

constexpr std::size_t kLargestShare = 8;
constexpr std::size_t kPlaceBytes = 256;  // of lists and indexes, about

}  // namespace

std::string entity_tag(std::string_view key, const store::Version& version, Instant same_until) {
  std::string basis = SHELDUCK_VERSION;
  basis += " " + to_string(version.epoch) + " " + std::to_string(version.count) + " " +
           std::to_string(same_until.time_since_epoch().count()) + " " + std::string(key);
  return "W/\"" + to_string(derived_uuid(basis)) + "\"";
}

std::shared_ptr<const KeptAnswer> AnswerCache::find(const std::string& key,
                                                    const store::Version& version, Instant now) {
  const std::scoped_lock lock{mutex_};
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  places_.splice(places_.begin(), places_, found->second);
  const auto& answer = found->second->answer;
  return answer->version == version && now <= answer->same_until ? answer : nullptr;
}

bool AnswerCache::knows(const std::string& key) const {
  const std::scoped_lock lock{mutex_};
  return index_.contains(key);
}

void AnswerCache::keep(const std::string& key, std::shared_ptr<const KeptAnswer> answer) {
  const std::size_t bytes = kPlaceBytes + key.size() + answer->body.size() +
                            (answer->gzip_body ? answer->gzip_body->size() : 0);
  const std::scoped_lock lock{mutex_};
  if (const auto old = index_.find(key); old != index_.end()) drop(old->second);
  if (bytes > bytes_max_ / kLargestShare) return;
  places_.push_front({key, std::move(answer), bytes});
  index_.emplace(places_.front().key, places_.begin());
  bytes_ += bytes;
  while (bytes_ > bytes_max_) drop(std::prev(places_.end()));
}

std::size_t AnswerCache::bytes() const {
  const std::scoped_lock lock{mutex_};
  return bytes_;
}

// The mutex is held.
void AnswerCache::drop(Places::iterator place) {
  bytes_ -= place->bytes;
  index_.erase(place->key);
  places_.erase(place);
}

}  // namespace shelduck::server
