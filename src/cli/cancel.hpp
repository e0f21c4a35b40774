// CancelToken says that the caller has no more patience: Ctrl-C here, a CANCEL frame in a server.
//
//   CancelToken::Hook hook{token, [&] { connection.interrupt(); }};
//   ... work ...
//   token.check();   // throws Error(cancelled)
//
// Threads: everything may be called from any thread. A hook runs on the thread that cancels, and
// again with every further cancel(), because an interrupt that meets an idle connection is lost.
// When a Hook's destructor has returned, it does not run any more.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <vector>

namespace shelduck::cli {

class CancelToken {
 public:
  class Hook {
   public:
    Hook(CancelToken& token, std::function<void()> action);
    ~Hook();
    Hook(const Hook&) = delete;
    Hook& operator=(const Hook&) = delete;

   private:
    friend class CancelToken;
    CancelToken& token_;
    std::function<void()> action_;
  };

  void cancel();
  [[nodiscard]] bool is_cancelled() const noexcept { return cancelled_.load(); }

  // Throws Error(cancelled) after cancel().
  void check() const;

 private:
  std::atomic<bool> cancelled_{false};
  std::mutex mutex_;
  std::vector<Hook*> hooks_;  // guarded by mutex_
};

}  // namespace shelduck::cli
