#include "shelduck/server/serve_arguments.hpp"

#include <algorithm>

#include "shelduck/commands/line_protocol.hpp"
#include "shelduck/commands/said_by.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/server/command_token.hpp"

namespace shelduck::server {

std::string who_said_address(const commands::ParsedCommand& arguments) {
  const std::string who = commands::said_by(arguments, "listen");
  return who == "HOST and PORT" ? "HOST" : who;
}

std::vector<std::string> option_texts(const cli::Request& request, std::string_view option) {
  const auto found = request.arguments.options.find(option);
  return found == request.arguments.options.end() ? std::vector<std::string>{}
                                                  : found->second.texts;
}

std::vector<wire::LineMapping> mappings_of(const cli::Request& request) {
  std::vector<wire::LineMapping> mappings;
  for (const std::string& text : option_texts(request, "line-protocol")) {
    for (wire::LineMapping& one : commands::line_mappings(text)) mappings.push_back(std::move(one));
  }
  return mappings;
}

std::optional<http::TokenTable> tokens_of(const cli::Request& request) {
  const auto file = request.paths.find("token-file");
  if (file == request.paths.end()) return std::nullopt;
  return read_token_file(file->second.front());
}

std::optional<SocketGroup> group_of(const cli::Request& request) {
  const auto name = request.arguments.value("socket-group");
  return name ? std::optional{SocketGroup::named(*name)} : std::nullopt;
}

std::filesystem::path socket_folder(const cli::Request& request) {
  return group_of(request) ? request.caller.service_folder : request.caller.runtime_folder;
}

std::optional<Seconds> retained(const cli::Request& request,
                                const std::vector<NamedDatabase>& databases) {
  const auto age = request.arguments.age_seconds("retain");
  if (!age) return std::nullopt;
  if (*age <= 0) {
    throw Error{ErrorKind::invalid_input,
                "--retain is refused: an age is positive",
                {.field = "--retain",
                 .value = request.arguments.value("retain").value(),
                 .rule = "a positive age, such as 400d"}};
  }
  if (std::ranges::find(databases, "sensors", &NamedDatabase::domain) != databases.end()) {
    return Seconds{static_cast<double>(*age)};
  }
  if (request.arguments.options.find("retain")->second.origin != "flag") return std::nullopt;
  throw Error{ErrorKind::invalid_input,
              "--retain is about readings, and none are served",
              {.field = "--retain",
               .value = request.arguments.value("retain").value(),
               .rule = "with --sensors FILE"}};
}

}  // namespace shelduck::server
