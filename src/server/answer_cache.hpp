// AnswerCache keeps answers that are functions of a database's version, so that asking again costs
// no query.
//
//   cache.keep(key, std::make_shared<const KeptAnswer>(std::move(answer)));
//   if (const auto answer = cache.find(key, version, now)) ... // only after a scan: see Service
//
// What is found was made from rows of exactly this version, and would be made again like that.
// Threads: any. Limits: `bytes_max` of keys and bodies, those that were asked for least recently go
// first; an answer of more than an eighth of it is not kept.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "shelduck/core/time.hpp"
#include "shelduck/store/version.hpp"

namespace shelduck::server {

struct KeptAnswer {
  store::Version version;
  Instant same_until;  // with these rows
  std::string tag;     // an entity tag
  std::string body;
  std::shared_ptr<const std::string> gzip_body{};  // null where nobody asked for it
};

// Weak, because the body goes out in two codings: of the version, of the row that leaves the
// question's window next, of the program that writes the body, and of the question.
[[nodiscard]] std::string entity_tag(std::string_view key, const store::Version& version,
                                     Instant same_until);

class AnswerCache {
 public:
  explicit AnswerCache(std::size_t bytes_max = std::size_t{16} << 20U) : bytes_max_(bytes_max) {}

  [[nodiscard]] std::shared_ptr<const KeptAnswer> find(const std::string& key,
                                                       const store::Version& version, Instant now);
  // Whether there was an answer, of whatever version: the question is a good one.
  [[nodiscard]] bool knows(const std::string& key) const;
  void keep(const std::string& key, std::shared_ptr<const KeptAnswer> answer);

  [[nodiscard]] std::size_t bytes() const;

 private:
  struct Place {
    std::string key;
    std::shared_ptr<const KeptAnswer> answer;
    std::size_t bytes = 0;
  };
  using Places = std::list<Place>;

  void drop(Places::iterator place);

  const std::size_t bytes_max_;
  mutable std::mutex mutex_;  // guards all below
  Places places_;             // the most recently asked for first
  std::unordered_map<std::string_view, Places::iterator> index_;  // by Place::key
  std::size_t bytes_ = 0;
};

}  // namespace shelduck::server
