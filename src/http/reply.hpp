// Reply answers a request once, on the connection's strand; with 500 where its handler let go
// without an answer. Private to the room.
//
// Threads: any.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/http/message.hpp"
#include "shelduck/http/problem.hpp"

namespace shelduck::http {

template <class Completion>
class Reply {
 public:
  Reply(boost::asio::any_io_executor executor, Completion completion, std::string id)
      : executor_(std::move(executor)), completion_(std::move(completion)), id_(std::move(id)) {}
  ~Reply() {
    if (completion_) {
      (*this)(problem_response(Error{ErrorKind::bug, "a route gave no answer"}, id_));
    }
  }
  [[nodiscard]] bool is_awaited() {
    const std::scoped_lock lock{mutex_};
    return completion_.has_value();
  }
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  void operator()(Response response) {
    std::optional<Completion> completion;
    {
      const std::scoped_lock lock{mutex_};
      if (!completion_) return;
      completion.emplace(std::move(*completion_));
      completion_.reset();
    }
    boost::asio::post(
        executor_, [completion = std::move(*completion), response = std::move(response)]() mutable {
          std::move(completion)(std::move(response));
        });
  }

 private:
  boost::asio::any_io_executor executor_;
  std::mutex mutex_;
  std::optional<Completion> completion_;  // guarded by mutex_
  std::string id_;
};

}  // namespace shelduck::http
