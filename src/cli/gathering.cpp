#include "shelduck/cli/gathering.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/cli/domains.hpp"
#include "shelduck/cli/served.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kPlanBytesMax = 1'000'000;

std::string host_name() {
  std::array<char, 256> buffer{};
  return gethostname(buffer.data(), buffer.size() - 1) == 0 ? buffer.data() : "";
}

std::filesystem::path own_program() {
  std::error_code failure;
  const auto path = std::filesystem::read_symlink("/proc/self/exe", failure);
  return failure ? std::filesystem::path{} : path;
}

std::filesystem::path absolute_path(const std::string& text) {
  return std::filesystem::absolute(text).lexically_normal();
}

LogSink log_of(const commands::ParsedCommand& command, Progress& progress) {
  if (command.flag("quiet")) return silent();
  return [&progress](LogLevel level, std::string_view message) {
    if (level != LogLevel::warning && level != LogLevel::error) return;
    progress.clear();
    write_error("shelduck: " + std::string(message) + "\n");
  };
}

// Of this process alone: a service manager says whom it means.
Seconds watchdog_period(const commands::Environment& environment) {
  const auto whole = [&](std::string_view name) {
    std::int64_t number = 0;
    const std::string text = environment(name).value_or("");
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failure == std::errc{} && end == text.data() + text.size() ? number : 0;
  };
  const std::int64_t whose = whole("WATCHDOG_PID");
  if (whose != 0 && whose != ::getpid()) return Seconds{0};
  return std::chrono::microseconds{std::max<std::int64_t>(whole("WATCHDOG_USEC"), 0)};
}

// A file that a command was told to read is not the database that a server is asked about.
Error served_file(const journal::OwnerNote& owner) {
  return Error{ErrorKind::busy,
               "a server owns this database (process " + std::to_string(owner.process) +
                   "), and its tables are read by nobody else meanwhile",
               {.field = "FILE",
                .rule = "no server owns it",
                .hint = "make a copy with shelduck db backup and read that, or stop the server"}};
}

store::OpenOptions opening_of(const Request& request) {
  store::OpenOptions opening;
  opening.wait = Seconds{request.arguments.number("wait").value_or(opening.wait.count())};
  opening.clock = request.clock;
  opening.random = request.random;
  opening.log = request.log;
  opening.engine = own_program();
  opening.floor_bytes = request.arguments.byte_count("disk-floor").value_or(opening.floor_bytes);
  const bool is_of_file = request.arguments.command->command_class == commands::CommandClass::file;
  opening.owned_by_other = [is_of_file](const journal::OwnerNote& owner) {
    if (owner.socket.empty()) return;
    auto channel = delegation::connect_to(owner.socket);
    if (!channel) return;
    if (is_of_file) throw served_file(owner);
    throw Served{std::move(*channel)};
  };
  if (request.arguments.command->path == "sensors export") {
    opening.export_directory = request.database.string() + ".export";
  }
  opening.is_cancelled = [&cancel = request.cancel] { return cancel.is_cancelled(); };
  return opening;
}

}  // namespace

Paths paths_of(const commands::ParsedCommand& resolved) {
  Paths paths;
  for (const commands::Option& option : resolved.command->options) {
    const auto value = resolved.value(option.name);
    if (option.type != commands::ValueType::path || !value) continue;
    paths[std::string(option.name)].push_back(absolute_path(*value));
  }
  for (const commands::Positional& positional : resolved.command->positionals) {
    if (positional.type != commands::ValueType::path) continue;
    for (const std::string& text : resolved.positional_list(positional.name)) {
      paths[std::string(positional.name)].push_back(absolute_path(text));
    }
  }
  return paths;
}

Request gather(commands::ParsedCommand resolved, const Surroundings& surroundings) {
  const commands::Environment& environment = surroundings.environment;
  const std::filesystem::path database = commands::database_of(resolved, environment);
  const std::string domain = domain_name_of(resolved, database);
  store::Domain of_database = domain_at(domain, database, resolved);
  Request request{.arguments = std::move(resolved),
                  .database = database,
                  .domain = std::move(of_database),
                  .clock = system_clock(),
                  .random = system_random(),
                  .cancel = surroundings.cancel,
                  .progress = surroundings.progress};
  request.terminal = commands::terminal_of(request.arguments, environment);
  request.caller = {.hostname = host_name(),
                    .run_id = environment("SHELDUCK_RUN").value_or(""),
                    .notify_socket = environment("NOTIFY_SOCKET").value_or(""),
                    .watchdog = watchdog_period(environment),
                    .runtime_folder = commands::runtime_folder(environment),
                    .service_folder = commands::service_folder(environment)};
  request.caller.command_id = to_string(new_uuid(request.clock(), request.random));
  request.log = log_of(request.arguments, surroundings.progress);
  request.opening = opening_of(request);
  request.temporary = environment("TMPDIR").value_or("/tmp");
  request.paths = paths_of(request.arguments);
  if (const auto plan = request.paths.find("plan"); plan != request.paths.end()) {
    request.input = read_file(plan->second.front(), kPlanBytesMax);
  }
  return request;
}

}  // namespace shelduck::cli
