// OutputPieces hands many small texts to the request's output in larger pieces.
//
//   OutputPieces pieces{request};
//   pieces.write(line);
//   pieces.flush();      // the last one; not done by the destructor, because it may fail
//
// Failure: Error of the output; Error(cancelled). Threads: one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

class OutputPieces {
 public:
  explicit OutputPieces(const Request& request) : request_(request) {}

  void write(std::string_view text) {
    waiting_ += text;
    if (waiting_.size() >= kBytes) flush();
  }

  void flush() {
    request_.cancel.check();
    request_.output(waiting_);
    waiting_.clear();
  }

 private:
  static constexpr std::size_t kBytes = 65536;

  const Request& request_;
  std::string waiting_;
};

}  // namespace shelduck::cli
