#include "shelduck/commands/help.hpp"

#include <algorithm>
#include <vector>

#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/table.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/near_word.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::commands {
namespace {

// Two columns: what is written, and what it means.
struct Row {
  std::string left;
  std::string right;
};

class Page {
 public:
  explicit Page(const HelpStyle& style) : width_(std::max<std::size_t>(40, style.width)) {
    if (style.color == Color::on) {
      bold_ = "\033[1m";
      dim_ = "\033[2m";
      plain_ = "\033[0m";
    }
  }

  void line(std::string_view text) { text_ += std::string(text) + "\n"; }
  void heading(std::string_view text) { line("\n" + bold_ + std::string(text) + plain_); }
  void paragraphs(std::string_view text) { text_ += wrapped(text, width_, ""); }

  void rows(const std::vector<Row>& rows) {
    std::size_t left = 0;
    for (const Row& row : rows) left = std::max(left, display_width(row.left));
    left = std::min(left, width_ / 3);
    for (const Row& row : rows) one_row(row, left);
  }

  void example(const Example& example) {
    line("  " + bold_ + std::string(example.line) + plain_);
    text_ += dim_ + wrapped(example.effect, width_, "      ") + plain_;
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  void one_row(const Row& row, std::size_t left) {
    const std::string indent(left + 4, ' ');
    std::string right = wrapped(row.right, width_, indent);
    if (display_width(row.left) <= left) {
      right.replace(0, indent.size(),
                    "  " + row.left + std::string(left - display_width(row.left) + 2, ' '));
    } else {
      line("  " + row.left);
    }
    text_ += right;
  }

  std::size_t width_;
  std::string bold_;
  std::string dim_;
  std::string plain_;
  std::string text_;
};

std::string positional_text(const Positional& positional) {
  std::string text{positional.name};
  if (positional.times == Times::many) text += "...";
  return positional.need == Need::optional ? "[" + text + "]" : text;
}

std::string option_left(const Option& option) {
  std::string text = option.letter != '\0' ? std::string("-") + option.letter + ", " : "    ";
  text += "--" + std::string(option.name);
  if (option.type != ValueType::flag) text += " " + std::string(option.value_name);
  return text;
}

std::string option_right(const Option& option) {
  std::string text{option.help};
  if (!option.choices.empty()) {
    text += " One of";
    for (const std::string_view choice : option.choices) {
      text += (choice == option.choices.front() ? " " : ", ") + std::string(choice);
    }
    text += ".";
  }
  if (!option.fallback.empty()) text += " Default: " + std::string(option.fallback) + ".";
  return text;
}

std::vector<Row> option_rows(std::span<const Option> options) {
  std::vector<Row> rows;
  for (const Option& option : options) rows.push_back({option_left(option), option_right(option)});
  return rows;
}

std::vector<Row> commands_below(std::string_view path) {
  std::vector<Row> rows;
  for (const Command* command : all_commands()) {
    if (path.empty() || command->path.starts_with(std::string(path) + " ")) {
      rows.push_back({std::string(command->path), std::string(command->summary)});
    }
  }
  return rows;
}

std::string command_help(const Command& command, const HelpStyle& style) {
  Page page{style};
  page.paragraphs("shelduck " + std::string(command.path) + " - " + std::string(command.summary));
  page.heading("Usage");
  page.line("  " + usage_line(command.path));
  page.heading("Examples");
  for (const Example& example : command.examples) page.example(example);
  page.line("");
  page.paragraphs(command.description);
  if (!command.positionals.empty()) {
    page.heading("Arguments");
    std::vector<Row> rows;
    for (const Positional& positional : command.positionals) {
      const Option as_option{.choices = positional.choices, .help = positional.help};
      rows.push_back({positional_text(positional), option_right(as_option)});
    }
    page.rows(rows);
  }
  if (!command.options.empty()) {
    page.heading("Options");
    page.rows(option_rows(command.options));
  }
  page.heading("Options of every command");
  std::vector<Row> common;
  for (const Option& option : global_options()) {
    const bool is_hidden = find_option(command, option.name) != &option;
    if (!is_hidden) common.push_back({option_left(option), option_right(option)});
  }
  page.rows(common);
  if (find_group(command.path) != nullptr) {
    page.heading("Commands below");
    page.rows(commands_below(command.path));
  }
  page.heading("Exit codes");
  std::vector<Row> codes;
  for (const int code : command.exit_codes) {
    codes.push_back({std::to_string(code), std::string(exit_code_meaning(code))});
  }
  page.rows(codes);
  return page.take();
}

std::string group_help(const Group& group, const HelpStyle& style) {
  Page page{style};
  page.paragraphs("shelduck " + std::string(group.path) + " - " + std::string(group.summary));
  page.heading("Commands");
  page.rows(commands_below(group.path));
  page.heading("Examples");
  for (const Row& row : commands_below(group.path)) {
    page.example(find_command(row.left)->examples.front());
  }
  page.line("");
  page.paragraphs("`shelduck " + std::string(group.path) + " COMMAND --help` explains one.");
  return page.take();
}

constexpr Example kTour[] = {
    {"shelduck exec --plugin apt -- sudo apt upgrade -y", "run an update, measured and recorded"},
    {"shelduck history import apt", "take in what this machine's logs already know"},
    {"shelduck history stats", "what each plugin takes"},
    {"shelduck predict", "what the next update will take"}};

std::string overview(const HelpStyle& style) {
  Page page{style};
  page.paragraphs(
      "shelduck - records update runs, answers questions about them and forecasts them");
  page.heading("Usage");
  page.line("  shelduck COMMAND [options]");
  page.heading("Examples");
  for (const Example& example : kTour) page.example(example);
  page.heading("Commands");
  page.rows(commands_below(""));
  page.heading("Options of every command");
  page.rows(option_rows(global_options()));
  page.line("");
  page.paragraphs(
      "`shelduck COMMAND --help` explains a command. Settings may also stand in the "
      "environment (SHELDUCK_DB) and in config.toml: see `shelduck config show`.");
  return page.take();
}

std::optional<std::string> near_topic(std::string_view topic) {
  std::vector<std::string_view> paths;
  for (const Command* command : all_commands()) paths.push_back(command->path);
  for (const Group& group : all_groups()) paths.push_back(group.path);
  return near_word(topic, paths);
}

// The words of one paragraph on lines of at most `width` columns.
std::string wrapped_paragraph(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  std::string line{indent};
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const bool first = line.size() == indent.size();
    if (!first && display_width(line) + 1 + display_width(word) > width) {
      out += line + "\n";
      line = indent;
    } else if (!first) {
      line += ' ';
    }
    line += word;
  }
  return out + line + "\n";
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t width, std::string_view indent) {
  std::string out;
  do {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view paragraph = text.substr(0, end);
    if (paragraph.empty()) {
      out += "\n";
    } else if (paragraph.front() == ' ') {
      out += std::string(indent) + std::string(paragraph) + "\n";
    } else {
      out += wrapped_paragraph(paragraph, width, indent);
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  } while (!text.empty());
  return out;
}

std::string usage_line(std::string_view path) {
  const Command* command = find_command(path);
  std::string line = "shelduck " + std::string(path);
  if (command == nullptr) return line + " COMMAND [options]";
  for (const Option& option : command->options) {
    if (option.need == Need::required) {
      line += " --" + std::string(option.name) + " " + std::string(option.value_name);
    }
  }
  if (command->tail == Tail::command_line) line += " [options] --";
  for (const Positional& positional : command->positionals) {
    line += " " + positional_text(positional);
  }
  return command->tail == Tail::command_line ? line : line + " [options]";
}

std::string help_text(std::string_view topic, const HelpStyle& style) {
  if (topic.empty()) return overview(style);
  if (const Command* command = find_command(topic)) return command_help(*command, style);
  if (const Group* group = find_group(topic)) return group_help(*group, style);
  const auto near = near_topic(topic);
  throw Error{ErrorKind::not_found,
              "there is no help for '" + std::string(topic) + "'",
              {.field = "WORD",
               .value = std::string(topic),
               .rule = "a command of `shelduck --help`",
               .hint = near ? "did you mean `shelduck help " + *near + "`?" : ""}};
}

}  // namespace shelduck::commands
