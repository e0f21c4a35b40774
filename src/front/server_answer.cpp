#include "shelduck/front/server_answer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/caller.hpp"
#include "shelduck/front/end_signals.hpp"
#include "shelduck/front/output.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/owner_note.hpp"

namespace shelduck::front {
namespace {

bool has_files(const commands::ParsedCommand& parsed) {
  for (const commands::Option& option : parsed.command->options) {
    if (option.type == commands::ValueType::path && parsed.has(option.name)) return true;
  }
  return parsed.command->path == "history export";
}

}  // namespace

std::optional<int> ask_server(const commands::ParsedCommand& parsed,
                              const commands::SettingSources& sources,
                              commands::ErrorForm error_form) {
  const bool is_question = parsed.command->command_class == commands::CommandClass::question;
  if (!is_question || has_files(parsed)) return std::nullopt;
  const commands::ParsedCommand resolved = commands::resolve(parsed, sources);
  const std::string named = commands::database_of(resolved, sources.environment).string();
  delegation::require_way_to(named);
  const std::string database = journal::canonical_path(named);
  const auto note = journal::read_owner_note(database);
  if (!note || note->socket.empty()) return std::nullopt;
  auto channel = delegation::connect_to(note->socket);
  if (!channel) return std::nullopt;
  const EndSignals signals;
  const delegation::Outcome outcome = delegation::delegate(
      *channel,
      {.database = database,
       .words = delegation::words_of(resolved),
       .terminal = commands::terminal_of(resolved, sources.environment),
       .run_id = sources.environment("SHELDUCK_RUN").value_or(""),
       .error_form = error_form},
      {.out = &print,
       .err = &complain,
       .impatience = signals.descriptor(),
       .cancelled = [&signals] { signals.let_go(); },
       .patience = std::max(delegation::kGreeting, Seconds{resolved.number("wait").value()})});
  return outcome.exit_code;
}

}  // namespace shelduck::front
