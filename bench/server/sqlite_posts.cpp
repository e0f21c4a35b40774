// A server of the same HTTP room that keeps each post as SQLite does when it is asked one by one:
// a transaction and a sync of its own. What readings of single posts are measured against.
//
//   sqlite_posts FILE      prints its port; takes POST /api/sensor-data until killed
//
// The body is stored as it came: it is neither parsed nor looked for, so the rival has less to do.
#include <condition_variable>
#include <deque>
#include <iostream>
#include <mutex>
#include <utility>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/http/server.hpp"
#include "sqlite.hpp"

namespace {

using namespace shelduck;  // NOLINT(google-build-using-namespace): a program of one file

struct Post {
  std::string body;
  http::Respond respond;
};

class Posts {
 public:
  void add(Post post) {
    {
      const std::scoped_lock lock{mutex_};
      posts_.push_back(std::move(post));
    }
    wakes_.notify_one();
  }

  Post take() {
    std::unique_lock lock{mutex_};
    wakes_.wait(lock, [this] { return !posts_.empty(); });
    Post post = std::move(posts_.front());
    posts_.pop_front();
    return post;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<Post> posts_;
};

}  // namespace

int main(int count, char** words) {
  if (count < 2) return 2;
  Posts posts;
  bench::SqliteTable table{words[1]};
  const http::Route route{.method = http::Method::post,
                          .path = "/api/sensor-data",
                          .scope = http::Scope::write,
                          .handler = [&](http::Request request, http::Respond respond) {
                            posts.add({std::move(request.body), std::move(respond)});
                          }};
  http::Server server{{route}, {.port = 0, .clock = system_clock(), .random = system_random()}};
  server.start();
  std::cout << server.port() << std::endl;
  while (true) {
    const Post post = posts.take();
    table.append(post.body);
    post.respond({.status = 201, .body = "{\"inserted\":1}\n"});
  }
}
