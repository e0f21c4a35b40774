#include "shelduck/commands/config_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the library asks for it
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

constexpr std::size_t kFileBytesMax = 1 << 20U;

// Nothing where there is no such file.
std::optional<std::string> read_text(const std::filesystem::path& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
  if (file < 0) throw system_error("open", path.string(), errno);
  std::string text;
  std::array<char, 4096> buffer{};
  ssize_t got = 0;
  while (text.size() <= kFileBytesMax && (got = read(file, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const int reason = errno;
  close(file);
  if (got < 0) throw system_error("read", path.string(), reason);
  return text;
}

std::string option_name(std::string_view key) {
  std::string name{key};
  for (char& c : name) c = c == '_' ? '-' : c;
  return name;
}

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto [end, failure] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), failure == std::errc{} ? end : buffer.data()};
}

std::string text_of(const toml::node& node, const std::string& path, const std::string& key) {
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto yes = node.value_exact<bool>()) return *yes ? "true" : "false";
  if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
  if (const auto number = node.value_exact<double>()) return number_text(*number);
  throw Error{ErrorKind::invalid_input,
              "the value of '" + key + "' in " + path + " is no text, number or boolean",
              {.field = key, .rule = "a text, a number or a boolean"}};
}

}  // namespace

std::optional<ConfigFile> read_config_file(const std::filesystem::path& path) {
  const auto text = read_text(path);
  if (!text) return std::nullopt;
  ConfigFile file{path.string(), {}, {}};
  try {
    const toml::table table = toml::parse(*text, file.path);
    for (const auto& [key, node] : table) {
      const std::string name = option_name(key.str());
      file.values[name] = text_of(node, file.path, std::string(key.str()));
      file.keys[name] = key.str();
    }
  } catch (const toml::parse_error& failure) {
    const auto begin = failure.source().begin;
    throw Error{ErrorKind::invalid_input,
                file.path + " is no TOML: line " + std::to_string(begin.line) + ", column " +
                    std::to_string(begin.column) + ": " + std::string(failure.description()),
                {.field = "config.toml", .value = file.path, .rule = "TOML 1.0"}};
  }
  return file;
}

}  // namespace shelduck::commands
