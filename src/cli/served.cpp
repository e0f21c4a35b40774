#include "shelduck/cli/served.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/cli/received_file.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/caller.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/owner_note.hpp"

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
  return {.database = journal::canonical_path(request.database.string()),
          .words = delegation::words_of(request.arguments),
          .terminal = request.terminal,
          .run_id = request.caller.run_id,
          .error_form = request.error_form,
          .purpose =
              request.intent == Intent::plan ? delegation::Purpose::plan : delegation::Purpose::act,
          .input = request.input.value_or(""),
          .command_id = request.caller.command_id};
}

std::optional<delegation::Channel> connect_to_owner(const std::string& database) {
  const auto note = journal::read_owner_note(database);
  if (!note || note->socket.empty()) return std::nullopt;
  return delegation::connect_to(note->socket);
}

delegation::Outcome hand_over(delegation::Channel& channel, const delegation::Order& order,
                              const Request& request, const Recipient& recipient) {
  const ImpatienceSign impatience{request.cancel};
  request.cancel.check();
  delegation::Streams streams{
      .out =
          [&](std::string_view bytes) {
            request.progress.clear();
            recipient.out(bytes);
          },
      .err =
          [&](std::string_view text) {
            request.progress.clear();
            write_error(text);
          },
      .progress = [&](std::string_view bytes) { show(bytes, request.progress); },
      .impatience = impatience.descriptor(),
      .patience = std::max(delegation::kGreeting, request.opening.wait)};
  if (order.files == delegation::Files::taken) {
    streams.file = [&](std::string_view name, const delegation::OpenFile& file) {
      receive_file(name, file, *recipient.folder, request);
    };
  }
  return delegation::delegate(channel, order, streams);
}

// The message of an error as the server wrote it for people.
std::string message_of(std::string_view text) {
  constexpr std::string_view kName = "shelduck: ";
  if (text.starts_with(kName)) text.remove_prefix(kName.size());
  return std::string(text.substr(0, text.find('\n')));
}

ErrorKind kind_of_exit(int code) {
  for (const ErrorKind kind : kErrorKinds) {
    if (exit_code(kind) == code && kind != ErrorKind::refused) return kind;
  }
  return ErrorKind::io;
}

}  // namespace

Error outcome_unknown() {
  return Error{ErrorKind::io,
               "outcome unknown: the server went away while it worked",
               {.hint = "`shelduck db check` says how the database is"}};
}

delegation::Outcome answer_by_server(const Served& served, const Request& request,
                                     const Recipient& recipient) {
  delegation::Order order = order_of(request);
  if (recipient.folder) order.files = delegation::Files::taken;
  return hand_over(*served.channel, order, request, recipient);
}

std::optional<int> ask_for_outcome(const Request& request, const Recipient& recipient) {
  delegation::Order order = order_of(request);
  order.purpose = delegation::Purpose::outcome;
  auto channel = connect_to_owner(order.database);
  if (!channel) return std::nullopt;
  return hand_over(*channel, order, request, recipient).exit_code;
}

std::optional<std::string> ask_for_import(const Request& request, std::string_view question) {
  delegation::Order order = order_of(request);
  order.purpose = delegation::Purpose::ask;
  order.input = question;
  order.error_form = commands::ErrorForm::text;
  auto channel = connect_to_owner(order.database);
  if (!channel) return std::nullopt;
  const ImpatienceSign impatience{request.cancel};
  request.cancel.check();
  std::string answer;
  std::string complaint;
  const delegation::Outcome outcome =
      delegation::delegate(*channel, order,
                           {.out = [&](std::string_view bytes) { answer += bytes; },
                            .err = [&](std::string_view text) { complaint += text; },
                            .impatience = impatience.descriptor()});
  request.cancel.check();
  if (outcome.exit_code == 0) return answer;
  if (!outcome.exit_code || outcome.exit_code == exit_code(ErrorKind::busy)) return std::nullopt;
  throw Error{kind_of_exit(*outcome.exit_code), message_of(complaint)};
}

void refuse_beside_server(const journal::OwnerNote& owner) {
  if (owner.socket.empty() || !delegation::connect_to(owner.socket)) return;
  throw Error{ErrorKind::busy,
              "a server owns this database (process " + std::to_string(owner.process) +
                  "), and this needs it for itself; nothing was done",
              {.field = "database",
               .rule = "no server owns it",
               .hint = "stop the server, run the command, and start the server again"}};
}

}  // namespace shelduck::cli
