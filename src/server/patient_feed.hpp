// PatientFeed fills a feed from a thread that may wait for its client.
//
//   PatientFeed out;
//   respond({.body = first, .feed = out.feed()});
//   out.write(text);       // waits while more than the bound is on its way
//   out.end();
//
// Threads: one writes. Failure: write throws Error(cancelled) where nobody takes it any more; one
// that dies without end() breaks the answer off.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>

#include "shelduck/http/feed.hpp"

namespace shelduck::server {

class PatientFeed {
 public:
  PatientFeed();
  ~PatientFeed();
  PatientFeed(const PatientFeed&) = delete;
  PatientFeed& operator=(const PatientFeed&) = delete;

  // For the response, once: from then on it is the connection's.
  [[nodiscard]] std::shared_ptr<http::Feed> feed() { return std::move(given_); }

  void write(std::string_view text);
  void end();

 private:
  // Shared with the connection's thread, which may outlive the writer.
  struct Bell {
    std::mutex mutex;
    std::condition_variable rings;
    bool has_rung = false;
  };

  std::shared_ptr<Bell> bell_ = std::make_shared<Bell>();
  std::shared_ptr<http::Feed> given_;
  std::weak_ptr<http::Feed> feed_;
};

}  // namespace shelduck::server
