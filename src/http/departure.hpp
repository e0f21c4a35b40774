// Departure tells the handler of a request that nobody waits for its answer any more, so that it
// may end its work early.
//
//   request.departure->on([token] { token->cancel(); });
//
// Threads: any. The action runs on a network thread, so it must not block; again and again until
// the request is answered, because the first call may come before the work has begun.
#pragma once

#include <functional>
#include <mutex>

namespace shelduck::http {

class Departure {
 public:
  // Replaces what was given before.
  void on(std::function<void()> action);

  // The client is gone, or has waited as long as it may. Whether anybody ends its work for that:
  // where nobody does, the answer is still made, and given to whoever may listen.
  bool happen();
  // The request is answered: nothing is called from then on.
  void end();
  [[nodiscard]] bool is_over() const;

 private:
  mutable std::mutex mutex_;
  std::function<void()> action_;  // guarded by mutex_
  bool is_over_ = false;
};

}  // namespace shelduck::http
