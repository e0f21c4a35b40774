#include "shelduck/server/command_token.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

constexpr std::size_t kTokenFileBytesMax = 1'000'000;
constexpr mode_t kPrivate = 0600;

std::string text_of(const std::filesystem::path& file) {
  try {
    return cli::read_file(file, kTokenFileBytesMax);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) throw;
    return {};
  }
}

void require_name(const std::string& name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '.' || letter == '-' || letter == '_';
  };
  if (std::ranges::all_of(name, is_letter)) return;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' is no name for a token",
              {.field = "NAME", .value = name, .rule = "letters, digits, '.', '-' and '_'"}};
}

void require_new(const http::TokenTable& tokens, const std::string& name,
                 const std::filesystem::path& file) {
  const auto& entries = tokens.entries();
  if (std::ranges::find(entries, name, &http::TokenEntry::name) == entries.end()) return;
  throw Error{ErrorKind::conflict,
              file.string() + " has a token '" + name + "' already; nothing was changed",
              {.field = "NAME",
               .value = name,
               .rule = "a name that the file does not have",
               .hint = "remove its line to make a new one"}};
}

// One write, so that a reader sees the whole line or nothing of it.
void append_line(const std::filesystem::path& file, const std::string& line) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kPrivate);
  if (descriptor < 0) throw system_error("open", file.string(), errno);
  const ssize_t written = ::write(descriptor, line.data(), line.size());
  const int failure = written == static_cast<ssize_t>(line.size()) && ::fsync(descriptor) == 0
                          ? 0
                          : (errno == 0 ? ENOSPC : errno);
  ::close(descriptor);
  if (failure != 0) throw system_error("write", file.string(), failure);
}

}  // namespace

http::TokenTable read_token_file(const std::filesystem::path& file) {
  return http::read_tokens(cli::read_file(file, kTokenFileBytesMax), file.string());
}

cli::Answer add_token(const cli::Request& request) {
  const auto place = request.paths.find("token-file");
  if (place == request.paths.end()) {
    throw Error{ErrorKind::invalid_input,
                "'shelduck token add' needs the file of the tokens",
                {.field = "--token-file", .rule = "given, or a setting"}};
  }
  const std::filesystem::path& file = place->second.front();
  const std::string name = request.arguments.positional("NAME").value();
  require_name(name);
  const std::string text = text_of(file);
  require_new(http::read_tokens(text, file.string()), name, file);
  const http::Scope scope = http::parse_scope(request.arguments.value("scope").value()).value();
  const std::string token = http::new_token(request.random);
  const std::string_view gap = text.empty() || text.ends_with('\n') ? "" : "\n";
  append_line(file, std::string(gap) + http::token_line(name, scope, token));
  Document document = Document::object();
  document.set("name", name).set("scope", http::to_string(scope)).set("token", token);
  return {.document = document,
          .tables = {{.columns = {{"name", "name"},
                                  {"scope", "scope"},
                                  {"token", "token", cli::Cell::id}},
                      .rows = {document}}},
          .notes = {"this token is shown once; " + file.string() + " holds only its hash"}};
}

}  // namespace shelduck::server
