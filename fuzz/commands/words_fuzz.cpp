// Whatever the words are, one a line, reading them ends: they are refused by an Error that names
// field and rule, or every option of the command has a value that its rule lets in.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/value_rule.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<std::string> words_in(std::string_view bytes) {
  std::vector<std::string> words;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string word{bytes.substr(0, end)};
    std::erase(word, '\0');  // no argument of a program holds one
    words.push_back(std::move(word));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  }
  return words;
}

void check_values(const ParsedCommand& parsed) {
  for (const Option& option : parsed.command->options) {
    const auto given = parsed.options.find(option.name);
    if (given == parsed.options.end()) continue;
    for (const std::string& text : given->second.texts) {
      if (option.type != ValueType::flag) check_value(option, text, option.name);
    }
    static_cast<void>(parsed.whole_number(option.name));
    static_cast<void>(parsed.number(option.name));
  }
}

void read_words(std::string_view bytes) {
  ParsedCommand parsed;
  try {
    parsed = parse(words_in(bytes));
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input);
    require(!error.detail().field.empty() && !error.detail().rule.empty());
    return;
  }
  if (parsed.request == Request::run) check_values(parsed);
}

}  // namespace
}  // namespace shelduck::commands

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::commands::read_words({reinterpret_cast<const char*>(data), size});
  return 0;
}
