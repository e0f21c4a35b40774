#include "shelduck/cli/served.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/caller.hpp"
#include "shelduck/journal/file_system.hpp"

namespace shelduck::cli {
namespace {

// Becomes readable with the first cancel().
class ImpatienceSign {
 public:
  explicit ImpatienceSign(CancelToken& cancel)
      : descriptor_(::eventfd(0, EFD_CLOEXEC)),
        hook_(cancel, [this] { ::eventfd_write(descriptor_, 1); }) {
    if (descriptor_ < 0) throw system_error("eventfd", "a signal", errno);
  }
  ~ImpatienceSign() { ::close(descriptor_); }
  ImpatienceSign(const ImpatienceSign&) = delete;
  ImpatienceSign& operator=(const ImpatienceSign&) = delete;

  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

 private:
  int descriptor_;
  CancelToken::Hook hook_;
};

delegation::Order order_of(const Request& request) {
  delegation::Order order{.database = journal::canonical_path(request.database.string()),
                          .words = delegation::words_of(request.arguments),
                          .terminal = request.terminal,
                          .run_id = request.caller.run_id,
                          .error_form = request.error_form,
                          .purpose = request.intent == Intent::plan ? delegation::Purpose::plan
                                                                    : delegation::Purpose::act,
                          .input = request.input.value_or("")};
  if (request.folder) order.folder = request.folder->string();
  return order;
}

}  // namespace

delegation::Outcome answer_by_server(const Served& served, const Request& request,
                                     const std::function<void(std::string_view)>& out) {
  const ImpatienceSign impatience{request.cancel};
  request.cancel.check();
  return delegation::delegate(*served.channel, order_of(request),
                              {.out = out,
                               .err = [](std::string_view text) { write_error(text); },
                               .impatience = impatience.descriptor(),
                               .patience = std::max(delegation::kGreeting, request.opening.wait)});
}

}  // namespace shelduck::cli
