#include "shelduck/cli/program.hpp"

#include <signal.h>
#include <unistd.h>

#include <exception>
#include <new>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/cli/destination.hpp"
#include "shelduck/cli/gathering.hpp"
#include "shelduck/cli/printer.hpp"
#include "shelduck/cli/session.hpp"
#include "shelduck/cli/signal_watch.hpp"
#include "shelduck/cli/terminal.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/help.hpp"
#include "shelduck/commands/report.hpp"

namespace shelduck::cli {
namespace {

using commands::ParsedCommand;

enum class ErrorForm { text, json };

// The command line may be what is wrong, so its words are looked at as they are.
ErrorForm error_form(std::span<const std::string> words, const commands::Environment& environment) {
  for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
    const bool next_is_json = i + 1 < words.size() && words[i + 1] == "json";
    if (words[i] == "--json" || words[i] == "-j" || words[i] == "--format=json" ||
        words[i] == "-fjson" || (next_is_json && (words[i] == "--format" || words[i] == "-f"))) {
      return ErrorForm::json;
    }
  }
  return environment("SHELDUCK_FORMAT") == "json" ? ErrorForm::json : ErrorForm::text;
}

void report(const Error& error, ErrorForm form) {
  write_error(form == ErrorForm::json ? to_json(commands::error_document(error)) + "\n"
                                      : commands::error_text(error));
}

int print_help(const ParsedCommand& parsed, const commands::Environment& environment) {
  if (parsed.request == commands::Request::version) {
    write_all(STDOUT_FILENO, "shelduck " SHELDUCK_VERSION "\n");
    return 0;
  }
  const Terminal terminal = terminal_of(parsed, environment);
  const commands::HelpStyle style{
      .width = terminal.width == 0 ? 80 : terminal.width,
      .color = terminal.color == Terminal::Color::on ? commands::Color::on : commands::Color::off};
  write_all(STDOUT_FILENO, commands::help_text(parsed.topic, style));
  return 0;
}

const Binding& binding_of(const ParsedCommand& parsed) {
  if (const Binding* binding = find_binding(parsed.command->path)) return *binding;
  throw Error{ErrorKind::invalid_input,
              "'" + std::string(parsed.command->path) + "' is no work for the engine program",
              {.field = "command",
               .value = std::string(parsed.command->path),
               .rule = "a command that needs the database",
               .hint = "run it with `shelduck`, which starts the engine itself where it must"}};
}

// A program reads `next` or the document; a person reads notes.
void print_notes(const Answer& answer, const Request& request) {
  if (request.arguments.flag("quiet")) return;
  for (const std::string& note : answer.notes) write_error("shelduck: " + note + "\n");
}

int answer_request(const Binding& binding, Request& request) {
  Destination destination{request};
  Session session{binding, request};
  const Answer answer = session.answer();
  request.progress.clear();
  destination.commit();
  print_notes(answer, request);
  write_all(STDOUT_FILENO, printed(answer, request.terminal));
  session.finish();
  return answer.exit_code;
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

bool agrees_to_plan(const Binding& binding, Request& request) {
  request.intent = Intent::plan;
  {
    Session session{binding, request};
    const Answer plan = session.answer();
    print_notes(plan, request);
    Terminal terminal = request.terminal;
    terminal.format = commands::OutputFormat::table;
    write_error(printed(plan, terminal));
    session.finish();
  }
  request.intent = Intent::act;
  write_error("Go on? [y/N] ");
  return says_yes(request.cancel);
}

int run_command(ParsedCommand resolved, const commands::Environment& environment) {
  const Binding& binding = binding_of(resolved);
  const Consent consent = consent_of(resolved);
  CancelToken cancel;
  Progress progress{progress_of(resolved, environment)};
  Request request = gather(std::move(resolved), {environment, cancel, progress});
  const SignalWatch watch{cancel};
  if (request.arguments.command->command_class == commands::CommandClass::record) {
    commands::make_private_folders(request.database.parent_path());
  }
  if (consent == Consent::ask && !agrees_to_plan(binding, request)) {
    throw Error{ErrorKind::refused, "not confirmed; nothing was changed"};
  }
  if (consent == Consent::plan_only) request.intent = Intent::plan;
  return answer_request(binding, request);
}

int run_words(std::span<const std::string> words, const commands::Environment& environment) {
  ParsedCommand parsed = commands::parse(words);
  if (parsed.request != commands::Request::run) return print_help(parsed, environment);
  ParsedCommand resolved =
      commands::resolve(std::move(parsed), commands::process_sources(environment));
  return run_command(std::move(resolved), environment);
}

}  // namespace

int run_program(std::span<const std::string> words, const commands::Environment& environment) {
  signal(SIGPIPE, SIG_IGN);
  signal(SIGXFSZ, SIG_IGN);
  const auto fail = [&](const Error& error) {
    report(error, error_form(words, environment));
    return exit_code(error.kind());
  };
  try {
    return run_words(words, environment);
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
