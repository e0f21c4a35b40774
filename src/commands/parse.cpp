#include "shelduck/commands/parse.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/commands/help.hpp"
#include "shelduck/commands/value_rule.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"

namespace shelduck::commands {
namespace {

std::string hint_of(const std::optional<std::string>& near, std::string_view prefix,
                    std::string_view otherwise) {
  return near ? "did you mean " + std::string(prefix) + *near + "?" : std::string(otherwise);
}

// The words that may follow `path`.
std::vector<std::string_view> words_after(std::string_view path) {
  std::vector<std::string_view> words;
  const auto add = [&](std::string_view whole) {
    if (!path.empty() && !whole.starts_with(std::string(path) + " ")) return;
    std::string_view rest = path.empty() ? whole : whole.substr(path.size() + 1);
    rest = rest.substr(0, rest.find(' '));
    if (std::find(words.begin(), words.end(), rest) == words.end()) words.push_back(rest);
  };
  for (const Command* command : all_commands()) add(command->path);
  return words;
}

std::string program_words(std::string_view path) {
  return path.empty() ? "shelduck" : "shelduck " + std::string(path);
}

[[noreturn]] void refuse_word(std::string_view path, const std::string& word) {
  const auto words = words_after(path);
  const std::string rule = one_of(words);
  throw Error{ErrorKind::invalid_input,
              "'" + word + "' is no command of '" + program_words(path) + "'",
              {.field = path.empty() ? "command" : std::string(path),
               .value = word,
               .rule = rule,
               .hint = hint_of(near_word(word, words), program_words(path) + " ", rule)}};
}

[[noreturn]] void refuse_missing_word(std::string_view path) {
  const std::string rule = one_of(words_after(path));
  throw Error{ErrorKind::invalid_input,
              "'" + program_words(path) + "' needs a word more: " + rule,
              {.field = path.empty() ? "command" : std::string(path),
               .rule = rule,
               .hint = "`" + program_words(path) + " --help` explains them"}};
}

// Walks over the words once; parse() keeps it alive for one command line.
class Parser {
 public:
  explicit Parser(std::span<const std::string> words) : words_(words) {}

  ParsedCommand parse() {
    while (at_ < words_.size()) take(words_[at_++]);
    parsed_.topic = path_;
    if (parsed_.request != Request::run) return std::move(parsed_);
    if (parsed_.command == nullptr) refuse_missing_word(path_);
    assign_positionals();
    check_options();
    check_needed();
    check_formats();
    return std::move(parsed_);
  }

 private:
  void take(const std::string& word) {
    if (word == "--") {
      at_tail();
    } else if (word.size() > 2 && word.starts_with("--")) {
      take_long(word.substr(2));
    } else if (word.size() > 1 && word.front() == '-') {
      take_short(word.substr(1));
    } else if (parsed_.command == nullptr || leads_on(word)) {
      take_path(word);
    } else if (parsed_.command->tail == Tail::command_line) {
      --at_;
      at_tail();
    } else {
      plain_.push_back(word);
    }
  }

  void at_tail() {
    auto& tail = parsed_.command != nullptr && parsed_.command->tail == Tail::command_line
                     ? parsed_.rest
                     : plain_;
    tail.insert(tail.end(), words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    at_ = words_.size();
  }

  // `forecast` is a command and leads to `forecast evaluate`: the word right after it decides.
  [[nodiscard]] bool leads_on(const std::string& word) const {
    return at_ == after_path_ + 1 && find_command(path_ + " " + word) != nullptr;
  }

  void take_path(const std::string& word) {
    const std::string path = path_.empty() ? word : path_ + " " + word;
    after_path_ = at_;
    if (const Command* command = find_command(path)) {
      parsed_.command = command;
    } else if (find_group(path) == nullptr) {
      refuse_word(path_, word);
    }
    path_ = path;
  }

  void take_long(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const Option* option = known(name);
    if (option == nullptr) refuse_option(name);
    if (equals != std::string::npos) {
      store(*option, text.substr(equals + 1));
    } else {
      store(*option, option->type == ValueType::flag ? "true" : next_word(*option));
    }
  }

  // -q, -qy, -d30 and -d 30.
  void take_short(const std::string& letters) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      const Option* option = known(letters[i]);
      if (option == nullptr) refuse_letter(letters[i]);
      if (option->type == ValueType::flag) {
        store(*option, "true");
        continue;
      }
      const std::string rest = letters.substr(i + 1);
      store(*option, rest.empty() ? next_word(*option) : rest);
      return;
    }
  }

  template <class Key>
  [[nodiscard]] const Option* known(const Key& key) const {
    static constexpr Command kNone{};
    return find_option(parsed_.command != nullptr ? *parsed_.command : kNone, key);
  }

  std::string next_word(const Option& option) {
    if (at_ < words_.size()) return words_[at_++];
    throw Error{ErrorKind::invalid_input,
                "--" + std::string(option.name) + " needs a value",
                {.field = "--" + std::string(option.name), .rule = rule_of(option)}};
  }

  void store(const Option& option, const std::string& text) {
    check_value(option, text, "--" + std::string(option.name));
    if (option.name == "help" && parsed_.request == Request::run) parsed_.request = Request::help;
    if (option.name == "version") parsed_.request = Request::version;
    Value& value = parsed_.options[std::string(option.name)];
    if (option.times == Times::once) value.texts.clear();
    value.texts.push_back(text);
  }

  [[noreturn]] void refuse_option(const std::string& name) const {
    std::vector<std::string_view> names;
    if (parsed_.command != nullptr) {
      for (const Option& option : parsed_.command->options) names.push_back(option.name);
    }
    for (const Option& option : global_options()) {
      if (known(option.name) != nullptr) names.push_back(option.name);
    }
    throw Error{ErrorKind::invalid_input,
                "'" + program_words(path_) + "' has no option --" + name,
                {.field = "--" + name,
                 .value = name,
                 .rule = "an option of " + program_words(path_),
                 .hint = hint_of(near_word(name, names), "--",
                                 "`" + program_words(path_) + " --help` lists them")}};
  }

  [[noreturn]] void refuse_letter(char letter) const {
    throw Error{ErrorKind::invalid_input,
                "'" + program_words(path_) + "' has no option -" + letter,
                {.field = std::string("-") + letter,
                 .value = std::string(1, letter),
                 .rule = "an option of " + program_words(path_),
                 .hint = "`" + program_words(path_) + " --help` lists them"}};
  }

  void assign_positionals() {
    std::size_t next = 0;
    for (const Positional& positional : parsed_.command->positionals) {
      if (parsed_.command->tail == Tail::command_line) break;
      auto& taken = parsed_.positionals[std::string(positional.name)];
      while (next < plain_.size() && (taken.empty() || positional.times == Times::many)) {
        const Option rule{
            .name = positional.name, .type = positional.type, .choices = positional.choices};
        check_value(rule, plain_[next], positional.name);
        taken.push_back(plain_[next++]);
      }
      if (taken.empty() && positional.need == Need::required) refuse_missing(positional.name);
    }
    if (next < plain_.size()) {
      throw Error{
          ErrorKind::invalid_input,
          "'" + program_words(path_) + "' does not know what to do with '" + plain_[next] + "'",
          {.field = "argument",
           .value = plain_[next],
           .rule = usage_line(path_),
           .hint = usage_line(path_)}};
    }
  }

  void check_needed() const {
    for (const Option& option : parsed_.command->options) {
      if (option.need == Need::required && !parsed_.has(option.name)) {
        refuse_missing("--" + std::string(option.name));
      }
    }
    if (parsed_.command->tail == Tail::command_line && parsed_.rest.empty()) {
      refuse_missing(parsed_.command->positionals.front().name);
    }
  }

  [[noreturn]] void refuse_missing(std::string_view name) const {
    throw Error{ErrorKind::invalid_input,
                "'" + program_words(path_) + "' needs " + std::string(name),
                {.field = std::string(name), .rule = "is needed", .hint = usage_line(path_)}};
  }

  // Those before the command were read when it was not known yet.
  void check_options() const {
    for (const auto& [name, value] : parsed_.options) {
      if (find_option(*parsed_.command, name) == nullptr) refuse_option(name);
    }
  }

  void check_formats() const {
    const auto format = parsed_.value("format");
    const Option* option = find_option(*parsed_.command, "format");
    const bool own = option != find_option(Command{}, "format");
    if (!parsed_.flag("json") || !format || *format == "json" || own) return;
    throw Error{ErrorKind::invalid_input,
                "--json and --format " + *format + " contradict each other",
                {.field = "--format",
                 .value = *format,
                 .rule = "--json is short for --format json",
                 .hint = "give one of them"}};
  }

  std::span<const std::string> words_;
  std::size_t at_ = 0;
  std::string path_;
  std::size_t after_path_ = 0;  // the first word behind it
  std::vector<std::string> plain_;
  ParsedCommand parsed_;
};

}  // namespace

ParsedCommand parse(std::span<const std::string> words) { return Parser{words}.parse(); }

}  // namespace shelduck::commands
