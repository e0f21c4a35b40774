#include "shelduck/cli/program.hpp"

#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <exception>
#include <new>
#include <string>
#include <thread>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/cli/destination.hpp"
#include "shelduck/cli/gathering.hpp"
#include "shelduck/cli/printer.hpp"
#include "shelduck/cli/served.hpp"
#include "shelduck/cli/served_copy.hpp"
#include "shelduck/cli/served_import.hpp"
#include "shelduck/cli/session.hpp"
#include "shelduck/cli/signal_watch.hpp"
#include "shelduck/cli/terminal.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/report.hpp"
#include "shelduck/delegation/channel.hpp"

namespace shelduck::cli {
namespace {

using commands::ParsedCommand;

constexpr std::chrono::milliseconds kPauseBetweenTries{50};

void report(const Error& error, commands::ErrorForm form) {
  write_error(form == commands::ErrorForm::json ? to_json(commands::error_document(error)) + "\n"
                                                : commands::error_text(error));
}

const Binding& binding_of(const ParsedCommand& parsed, std::span<const Binding> more) {
  if (const Binding* binding = find_binding(parsed.command->path)) return *binding;
  for (const Binding& binding : more) {
    if (binding.path == parsed.command->path) return binding;
  }
  throw Error{ErrorKind::invalid_input,
              "'" + std::string(parsed.command->path) + "' is no work for the engine program",
              {.field = "command",
               .value = std::string(parsed.command->path),
               .rule = "a command that needs the database",
               .hint = "run it with `shelduck`, which starts the engine itself where it must"}};
}

void print_answer(const Answer& answer, const Request& request) {
  write_error(remarks(answer, request.arguments));
  write_all(STDOUT_FILENO, printed(answer, request.terminal));
}

Error no_room(const std::string& why) {
  return Error{ErrorKind::busy,
               "the server that owns the database takes no more commands now" +
                   (why.empty() ? "" : ": " + why),
               {.hint = "try again later, or give more time with --wait SECONDS"}};
}

// One way through a command. Without an exit code it may be tried again, and `refusal` is what the
// server said then.
struct Attempt {
  std::optional<int> exit_code;
  std::string refusal{};
};

int answer_here(const Binding& binding, const Request& request, Destination& destination) {
  Session session{binding, request};
  const Answer answer = session.answer();
  request.progress.clear();
  destination.commit();
  print_answer(answer, request);
  session.finish();
  return answer.exit_code;
}

int import_there(const ImportHandler& handler, const Request& request) {
  require_own_journal(request.database);
  ServedImport import{request};
  const Answer answer = handler.run(request, import.target());
  request.progress.clear();
  print_answer(answer, request);
  import.finish();
  return answer.exit_code;
}

// Nothing where it is to be tried again.
std::optional<int> back_up_there(const BackupHandler& handler, const Served& served,
                                 const Request& request) {
  try {
    const Answer answer = handler.run(request, [&](const store::BackupPlace& place) {
      return fetch_copy(served, request, place);
    });
    request.progress.clear();
    print_answer(answer, request);
    return answer.exit_code;
  } catch (const NoCopy& none) {
    return none.exit_code;
  }
}

bool may_be_asked_again(const Request& request) {
  return request.arguments.command->command_class == commands::CommandClass::question;
}

// Without an exit code it is to be tried again.
Attempt answer_there(const Served& served, const Request& request, Destination& destination) {
  // The rows of an export go to its file; the table of one that makes a folder to the terminal.
  const bool has_rows = request.output && !request.folder;
  const Recipient recipient{.out =
                                [&](std::string_view bytes) {
                                  if (has_rows) return request.output(bytes);
                                  write_all(STDOUT_FILENO, bytes);
                                },
                            .folder = request.folder};
  const delegation::Outcome outcome = answer_by_server(served, request, recipient);
  if (outcome.exit_code == 0) destination.commit();
  if (outcome.exit_code || !outcome.is_ordered || may_be_asked_again(request)) {
    return {outcome.exit_code, outcome.refusal};
  }
  const std::optional<int> code = ask_for_outcome(request, recipient);
  if (!code) throw outcome_unknown();
  return {code};
}

Attempt try_request(const Binding& binding, const Request& request, Destination& destination) {
  try {
    return {answer_here(binding, request, destination)};
  } catch (const Served& served) {
    if (const auto* import = std::get_if<ImportHandler>(&binding.handler)) {
      return {import_there(*import, request)};
    }
    if (const auto* backup = std::get_if<BackupHandler>(&binding.handler)) {
      return {back_up_there(*backup, served, request)};
    }
    return answer_there(served, request, destination);
  }
}

// Tries again, until --wait is over, where the server went away without a word or takes no more
// commands.
int answer_request(const Binding& binding, Request& request) {
  Destination destination{request};
  const Instant end =
      request.clock() + std::chrono::duration_cast<Microseconds>(request.opening.wait);
  Attempt attempt = try_request(binding, request, destination);
  while (!attempt.exit_code && request.clock() < end) {
    request.cancel.check();
    std::this_thread::sleep_for(kPauseBetweenTries);
    attempt = try_request(binding, request, destination);
  }
  if (attempt.exit_code) return *attempt.exit_code;
  throw no_room(attempt.refusal);
}

// The exit code of a plan that could not be made.
int show_plan(const Binding& binding, const Request& request) {
  try {
    Session session{binding, request};
    const Answer plan = session.answer();
    write_error(remarks(plan, request.arguments));
    write_error(printed(plan, request.terminal));
    session.finish();
    return 0;
  } catch (const Served& served) {
    const delegation::Outcome outcome = answer_by_server(
        served, request, {.out = [](std::string_view text) { write_error(text); }});
    if (!outcome.refusal.empty()) throw no_room(outcome.refusal);
    if (!outcome.exit_code) throw outcome_unknown();
    return *outcome.exit_code;
  }
}

bool says_yes(const CancelToken& cancel) {
  const std::string line = read_answer(cancel);
  return line == "y" || line == "Y" || line == "yes";
}

// Destructive commands: --dry-run plans, --yes acts, a person is shown the plan and asked, and
// where nobody can answer it is refused.
enum class Consent { act, plan_only, ask };

Consent consent_of(const ParsedCommand& command) {
  const bool is_destructive = commands::find_option(*command.command, "yes") != nullptr;
  if (command.flag("dry-run")) return Consent::plan_only;
  if (!is_destructive || command.flag("yes")) return Consent::act;
  if (can_ask()) return Consent::ask;
  throw Error{ErrorKind::refused,
              "'" + std::string(command.command->path) + "' needs --yes; nothing was changed",
              {.field = "--yes",
               .rule = "given where nobody can be asked",
               .hint = "--dry-run says what it would do"}};
}

// A person reads the plan as a table, whatever form the answer will have.
int plan_for_a_person(const Binding& binding, Request& request) {
  const commands::OutputFormat format = request.terminal.format;
  request.intent = Intent::plan;
  request.terminal.format = commands::OutputFormat::table;
  const int code = show_plan(binding, request);
  request.terminal.format = format;
  request.intent = Intent::act;
  return code;
}

bool agrees(const Request& request) {
  write_error("Go on? [y/N] ");
  return says_yes(request.cancel);
}

int run_command(ParsedCommand resolved, const commands::Environment& environment,
                const Binding& binding, commands::ErrorForm form) {
  const Consent consent = consent_of(resolved);
  CancelToken cancel;
  Progress progress{progress_of(resolved, environment)};
  Request request = gather(std::move(resolved), {environment, cancel, progress});
  request.error_form = form;
  const bool is_server = request.arguments.command->command_class == commands::CommandClass::server;
  const SignalWatch watch{cancel, is_server ? Hangup::waits : Hangup::cancels};
  if (request.arguments.command->command_class == commands::CommandClass::record) {
    commands::make_private_folders(request.database.parent_path());
  }
  if (request.arguments.command->command_class != commands::CommandClass::file) {
    delegation::require_way_to(request.database.string());
  }
  if (consent == Consent::ask) {
    if (const int code = plan_for_a_person(binding, request); code != 0) return code;
    if (!agrees(request)) throw Error{ErrorKind::refused, "not confirmed; nothing was changed"};
  }
  if (consent == Consent::plan_only) request.intent = Intent::plan;
  return answer_request(binding, request);
}

int run_words(std::span<const std::string> words, const commands::Environment& environment,
              std::span<const Binding> more) {
  ParsedCommand parsed = commands::parse(words);
  if (parsed.request != commands::Request::run) {
    throw Error{ErrorKind::invalid_input,
                "the engine works for shelduck, which tells its help and version",
                {.hint = "shelduck --help"}};
  }
  ParsedCommand resolved =
      commands::resolve(std::move(parsed), commands::process_sources(environment));
  const Binding& binding = binding_of(resolved, more);
  const commands::Command& command = *resolved.command;
  try {
    return run_command(std::move(resolved), environment, binding,
                       commands::error_form(words, environment));
  } catch (const Error& error) {
    throw commands::in_words_of_flags(error, command);
  }
}

}  // namespace

int run_program(std::span<const std::string> words, const commands::Environment& environment,
                std::span<const Binding> more) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  const auto fail = [&](const Error& error) {
    report(error, commands::error_form(words, environment));
    return exit_code(error.kind());
  };
  try {
    return run_words(words, environment, more);
  } catch (const OutputClosed&) {
    die_of_closed_output();
  } catch (const Error& error) {
    return fail(error);
  } catch (const std::bad_alloc&) {
    return fail(Error{ErrorKind::exhausted, "out of memory; nothing of this command is lost"});
  } catch (const std::exception& error) {
    return fail(Error{ErrorKind::bug, std::string("unexpected: ") + error.what()});
  }
}

}  // namespace shelduck::cli
