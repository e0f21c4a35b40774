// Served says that a server owns the database and listens: the command is handed to it.
//
//   try {
//     ... Store::open ...
//   } catch (const Served& served) {
//     const Outcome outcome = answer_by_server(served, request, {.out = to_stdout});
//   }
//
// Not an Error: the way to the answer is another one.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/cli/request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/caller.hpp"
#include "shelduck/delegation/channel.hpp"
#include "shelduck/journal/owner_note.hpp"

namespace shelduck::cli {

struct Served {
  explicit Served(delegation::Channel connected)
      : channel(std::make_shared<delegation::Channel>(std::move(connected))) {}

  std::shared_ptr<delegation::Channel> channel;
};

// Where an answer goes.
struct Recipient {
  std::function<void(std::string_view)> out;
  std::optional<std::filesystem::path> folder{};  // for the files that are part of it
};

// request.cancel ends it with 130. Failure: as delegation::delegate; what `out` throws goes
// through, and Error(io, exhausted) of the folder.
[[nodiscard]] delegation::Outcome answer_by_server(const Served& served, const Request& request,
                                                   const Recipient& recipient);

// How a command ended that was ordered before the connection was lost; nothing where the server
// that took it is gone. Of its files none comes again.
[[nodiscard]] std::optional<int> ask_for_outcome(const Request& request,
                                                 const Recipient& recipient);

// Only a question may be asked again; of the rest nobody knows how far it came.
[[nodiscard]] Error outcome_unknown();

// What an import asks the server about the history; nothing where no server answers, or none now.
[[nodiscard]] std::optional<std::string> ask_for_import(const Request& request,
                                                        std::string_view question);

// For OpenOptions::owned_by_other of a command that a server does not do for its caller: throws
// busy with the remedy where one listens.
void refuse_beside_server(const journal::OwnerNote& owner);

}  // namespace shelduck::cli
