// bin/shelduck: does what needs no database, and starts the engine for the rest.
#include <unistd.h>

#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "shelduck/commands/report.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/front/engine.hpp"
#include "shelduck/front/exec_command.hpp"
#include "shelduck/front/output.hpp"
#include "shelduck/front/program_command.hpp"
#include "shelduck/front/run_command.hpp"
#include "shelduck/front/serial_command.hpp"
#include "shelduck/front/server_answer.hpp"
#include "shelduck/front/simulate_command.hpp"

namespace {

using namespace shelduck;  // NOLINT(google-build-using-namespace): the program's own main file

int run(const std::vector<std::string>& words, char* const* arguments) {
  const commands::Environment environment = commands::process_environment();
  const commands::SettingSources sources = commands::process_sources(environment);
  commands::ParsedCommand parsed = commands::parse(words);
  const auto wants = [&](commands::Request request, std::string_view path) {
    return parsed.request == request || (parsed.command != nullptr && parsed.command->path == path);
  };
  if (wants(commands::Request::help, "help")) {
    front::help_command(parsed, environment);
  } else if (wants(commands::Request::version, "version")) {
    front::version_command(parsed);
  } else if (parsed.command->command_class != commands::CommandClass::local) {
    if (const auto code =
            front::ask_server(parsed, sources, commands::error_form(words, environment)))
      return *code;
    front::become_engine(arguments, environment);
  } else if (parsed.command->path == "exec") {
    return front::exec_command(std::move(parsed), sources);
  } else if (parsed.command->path == "completion") {
    front::completion_command(parsed);
  } else if (parsed.command->path == "config show") {
    front::config_command(parsed, sources);
  } else if (parsed.command->path == "sensors serial") {
    front::serial_command(commands::resolve(std::move(parsed), sources), environment);
  } else if (parsed.command->path == "sensors simulate") {
    front::simulate_command(commands::resolve(std::move(parsed), sources));
  } else {
    front::run_command(commands::resolve(std::move(parsed), sources), environment);
  }
  return 0;
}

int report(const Error& error, const std::vector<std::string>& words) {
  front::complain(commands::error_form(words, commands::process_environment()) ==
                          commands::ErrorForm::json
                      ? to_json(commands::error_document(error)) + "\n"
                      : commands::error_text(error));
  return exit_code(error.kind());
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + std::max(1, count));
  int code = 1;
  try {
    code = run(words, arguments);
  } catch (const Error& error) {
    code = report(error, words);
  } catch (const std::exception& failure) {
    code = report(Error{ErrorKind::bug, failure.what()}, words);
  }
  // A disk that hangs may still hold the recorder's thread: nothing of it is waited for.
  _exit(code);
}
