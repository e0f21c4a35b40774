#include "shelduck/commands/config_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): the library asks for it
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "shelduck/core/document.hpp"
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

// One key of a file on its way into texts.
class FileValue {
 public:
  FileValue(const std::string& path, std::string key) : path_(path), key_(std::move(key)) {}

  [[nodiscard]] ConfigValue read(const toml::node& node) const {
    const toml::array* list = node.as_array();
    if (list == nullptr) return {.texts = {text_of(node)}, .is_plain = !node.is_table()};
    ConfigValue value{.texts = {}, .is_plain = false};
    for (const toml::node& one : *list) value.texts.push_back(text_of(one));
    return value;
  }

 private:
  [[nodiscard]] std::string text_of(const toml::node& node) const {
    if (const auto text = node.value_exact<std::string>()) return *text;
    return node.is_table() ? inline_text(node) : scalar_text(node);
  }

  [[nodiscard]] std::string scalar_text(const toml::node& node) const {
    if (const auto yes = node.value_exact<bool>()) return *yes ? "true" : "false";
    if (const auto whole = node.value_exact<std::int64_t>()) return std::to_string(*whole);
    if (const auto number = node.value_exact<double>()) return number_text(*number);
    throw Error{ErrorKind::invalid_input,
                "the value of '" + key_ + "' in " + path_ + " is no text, number or boolean",
                {.field = key_, .rule = "a text, a number or a boolean"}};
  }

  // As TOML writes it in one line. What JSON escapes in a text, TOML escapes the same way.
  [[nodiscard]] std::string inline_text(const toml::node& node) const {
    std::string text;
    const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : ", ") + piece; };
    if (const toml::table* table = node.as_table()) {
      for (const auto& [key, value] : *table) {
        add(key_text(key.str()) + " = " + inline_text(value));
      }
      return "{" + text + "}";
    }
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& one : *list) add(inline_text(one));
      return "[" + text + "]";
    }
    const auto plain = node.value_exact<std::string>();
    return plain ? to_json(Document{*plain}) : scalar_text(node);
  }

  [[nodiscard]] static std::string key_text(std::string_view key) {
    const bool is_bare = !key.empty() && std::ranges::all_of(key, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             c == '_' || c == '-';
    });
    return is_bare ? std::string(key) : to_json(Document{key});
  }

  const std::string& path_;
  std::string key_;
};

constexpr std::string_view kOwnValue = "database";

void add_value(ConfigFile& file, const std::string& key, const toml::node& node) {
  const std::string own = "." + std::string(kOwnValue);
  const bool is_own = key.ends_with(own);
  const std::string name = option_name(is_own ? key.substr(0, key.size() - own.size()) : key);
  file.values[name] = FileValue{file.path, key}.read(node);
  file.keys[name] = key;
}

}  // namespace

std::optional<ConfigFile> read_config_file(const std::filesystem::path& path) {
  const auto text = read_text(path);
  if (!text) return std::nullopt;
  ConfigFile file{path.string(), {}, {}};
  try {
    const toml::table table = toml::parse(*text, file.path);
    for (const auto& [key, node] : table) {
      const std::string name{key.str()};
      const toml::table* inner = node.as_table();
      if (inner == nullptr) {
        add_value(file, name, node);
        continue;
      }
      for (const auto& [part, value] : *inner) {
        add_value(file, name + "." + std::string(part.str()), value);
      }
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
