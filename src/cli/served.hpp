// Served says that a server owns the database and listens: the command is handed to it.
//
//   try {
//     ... Store::open ...
//   } catch (const Served& served) {
//     const Outcome outcome = answer_by_server(served, request, to_stdout);
//   }
//
// Not an Error: the way to the answer is another one.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/cli/request.hpp"
#include "shelduck/delegation/caller.hpp"
#include "shelduck/delegation/channel.hpp"

namespace shelduck::cli {

struct Served {
  explicit Served(delegation::Channel connected)
      : channel(std::make_shared<delegation::Channel>(std::move(connected))) {}

  std::shared_ptr<delegation::Channel> channel;
};

// request.cancel ends it with 130. Failure: as delegation::delegate; what `out` throws goes
// through.
[[nodiscard]] delegation::Outcome answer_by_server(
    const Served& served, const Request& request, const std::function<void(std::string_view)>& out);

// How a command ended that was ordered before the connection was lost; nothing where the server
// that took it is gone.
[[nodiscard]] std::optional<int> ask_for_outcome(const Request& request,
                                                 const std::function<void(std::string_view)>& out);

// What an import asks the server about the history; nothing where no server answers, or none now.
[[nodiscard]] std::optional<std::string> ask_for_import(const Request& request,
                                                        std::string_view question);

}  // namespace shelduck::cli
