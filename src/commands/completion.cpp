#include "shelduck/commands/completion.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {
namespace {

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
  std::string text;
  for (const std::string& word : words) {
    if (&word != &words.front()) text += separator;
    text += word;
  }
  return text;
}

std::vector<std::string> to_words(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

// The options of a command, its own first, without the global ones that they hide.
std::vector<const Option*> options_of(const Command& command) {
  std::vector<const Option*> options;
  for (const Option& option : command.options) options.push_back(&option);
  for (const Option& option : global_options()) {
    if (find_option(command, option.name) == &option) options.push_back(&option);
  }
  return options;
}

// Every word that leads to a command, each with the words that may come next.
struct Step {
  std::string path;
  std::vector<std::string> next;
};

std::vector<Step> steps() {
  std::vector<Step> all{{"", {}}};
  for (const Group& group : all_groups()) all.push_back({std::string(group.path), {}});
  const auto add = [&](std::string_view whole) {
    const std::size_t space = whole.rfind(' ');
    const std::string parent{space == std::string_view::npos ? "" : whole.substr(0, space)};
    const std::string word{space == std::string_view::npos ? whole : whole.substr(space + 1)};
    const auto step = std::find_if(all.begin(), all.end(),
                                   [&](const Step& other) { return other.path == parent; });
    if (step != all.end()) step->next.push_back(word);
  };
  for (const Group& group : all_groups()) add(group.path);
  for (const Command* command : all_commands()) {
    if (find_group(command->path) == nullptr) add(command->path);
  }
  return all;
}

// Text between single quotes of a POSIX shell.
std::string shell_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string bash_offer(const std::string& words) {
  return "COMPREPLY=($(compgen -W " + shell_quoted(words) + " -- \"$word\"))";
}

std::vector<const Option*> to_pointers(std::span<const Option> options) {
  std::vector<const Option*> pointers;
  for (const Option& option : options) pointers.push_back(&option);
  return pointers;
}

// What completes the value of an option: its choices, or nothing for files and free text.
std::string bash_values(const std::vector<const Option*>& options) {
  std::string cases;
  for (const Option* option : options) {
    if (option->type == ValueType::flag) continue;
    std::string pattern = "--" + std::string(option->name);
    if (option->letter != '\0') pattern += std::string("|-") + option->letter;
    std::string action = "return";
    if (!option->choices.empty()) {
      action = bash_offer(joined(to_words(option->choices), " ")) + "; return";
    } else if (option->type == ValueType::path) {
      action = "compopt -o default; return";
    }
    cases += "        " + pattern + ") " + action + " ;;\n";
  }
  return "      case \"$before\" in\n" + cases + "      esac\n";
}

// The words that lead from a command to others: `evaluate` after `forecast`.
std::vector<std::string> words_below(std::string_view path) {
  for (const Step& step : steps()) {
    if (step.path == path) return step.next;
  }
  return {};
}

// What completes a word that is neither an option nor the value of one.
std::string bash_plain(const Command& command) {
  if (const auto below = words_below(command.path); !below.empty()) {
    return bash_offer(joined(below, " ")) + "; compopt -o default";
  }
  if (command.tail == Tail::command_line) {
    return "if [[ \"$before\" == -- ]] || ! _shelduck_seen --; then\n"
           "          COMPREPLY=($(compgen -c -- \"$word\"))\n        fi\n"
           "        compopt -o default";
  }
  if (command.positionals.empty() || command.positionals.front().choices.empty()) {
    return "compopt -o default";
  }
  const std::string words = joined(to_words(command.positionals.front().choices), " ");
  return "_shelduck_seen " + words + " || " + bash_offer(words) + "; compopt -o default";
}

std::string bash_command(const Command& command) {
  std::vector<std::string> words;
  for (const Option* option : options_of(command))
    words.push_back("--" + std::string(option->name));
  return "    " + shell_quoted(command.path) + ")\n" + bash_values(options_of(command)) +
         "      if [[ \"$word\" == -* ]] && ! _shelduck_seen --; then\n        " +
         bash_offer(joined(words, " ")) + "\n      else\n        " + bash_plain(command) +
         "\n      fi\n      ;;\n";
}

std::string zsh_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_value(ValueType type, std::string_view name,
                      std::span<const std::string_view> choices) {
  if (type == ValueType::flag) return "";
  std::string action = ":" + zsh_escaped(name) + ":";
  if (!choices.empty()) return action + "(" + joined(to_words(choices), " ") + ")";
  return type == ValueType::path ? action + "_files" : action;
}

std::string zsh_command(const Command& command) {
  std::string text = "    " + shell_quoted(command.path) + ")\n";
  if (const auto below = words_below(command.path); !below.empty()) {
    text += "      ((CURRENT == 2)) && compadd -- " + joined(below, " ") + "\n";
  }
  text += "      _arguments -s";
  if (command.tail == Tail::command_line) text += " -S";
  for (const Option* option : options_of(command)) {
    const std::string help = "[" + zsh_escaped(option->help) + "]" +
                             zsh_value(option->type, option->value_name, option->choices);
    text += " \\\n        " + shell_quoted("--" + std::string(option->name) + help);
    if (option->letter != '\0') {
      text += " \\\n        " + shell_quoted(std::string("-") + option->letter + help);
    }
  }
  if (command.tail == Tail::command_line) {
    return text + " \\\n        '*::command:_normal'\n      ;;\n";
  }
  std::size_t number = 1;
  for (const Positional& positional : command.positionals) {
    const std::string place = positional.times == Times::many ? "*" : std::to_string(number++);
    text += " \\\n        " +
            shell_quoted(place + zsh_value(positional.type, positional.name, positional.choices));
  }
  return text + "\n      ;;\n";
}

std::string fish_condition(const std::string& path) {
  return shell_quoted(path.empty() ? "__shelduck_at" : "__shelduck_at " + path);
}

std::string_view summary_of(const std::string& path) {
  if (const Command* command = find_command(path)) return command->summary;
  const Group* group = find_group(path);
  return group != nullptr ? group->summary : "";
}

// Fish quotes with backslashes inside single quotes, unlike POSIX shells.
std::string fish_quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string fish_command(const Command& command) {
  const std::string head = "complete -c shelduck -n " + fish_condition(std::string(command.path));
  std::string text;
  for (const Option* option : options_of(command)) {
    text += head + " -l " + std::string(option->name);
    if (option->letter != '\0') text += std::string(" -s ") + option->letter;
    if (!option->choices.empty()) {
      text += " -x -a " + fish_quoted(joined(to_words(option->choices), " "));
    } else if (option->type == ValueType::path) {
      text += " -r -F";
    } else if (option->type != ValueType::flag) {
      text += " -x";
    }
    text += " -d " + fish_quoted(option->help) + "\n";
  }
  for (const Positional& positional : command.positionals) {
    if (!positional.choices.empty()) {
      const std::string words = joined(to_words(positional.choices), " ");
      text += "complete -c shelduck -n " +
              fish_quoted("__shelduck_at " + std::string(command.path) +
                          "; and not __fish_seen_subcommand_from " + words) +
              " -a " + fish_quoted(words) + "\n";
    }
    if (positional.type == ValueType::path) text += head + " -F\n";
  }
  if (command.tail == Tail::command_line) text += head + " -a '(__fish_complete_subcommand)'\n";
  return text;
}

// A regular expression (ERE alternatives) of all paths, longest first, for the scripts to find
// where on the line the user is.
std::vector<std::string> all_paths() {
  std::vector<std::string> paths;
  for (const Command* command : all_commands()) paths.emplace_back(command->path);
  for (const Group& group : all_groups()) paths.emplace_back(group.path);
  return paths;
}

std::vector<std::string> options_with_value() {
  std::vector<std::string> options;
  for (const Option& option : global_options()) {
    if (option.type == ValueType::flag) continue;
    options.push_back("--" + std::string(option.name));
    if (option.letter != '\0') options.push_back(std::string("-") + option.letter);
  }
  return options;
}

}  // namespace

std::string bash_completion() {
  std::string script =
      "# shelduck completion for bash: source <(shelduck completion bash)\n"
      "_shelduck_seen() {\n"
      "  local word\n"
      "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
      "    [[ \" $* \" == *\" $word \"* ]] && return 0\n"
      "  done\n"
      "  return 1\n"
      "}\n"
      "_shelduck() {\n"
      "  local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  if [[ \"$word\" == = ]]; then\n    word=''\n"
      "  elif [[ \"$before\" == = ]]; then\n    before=\"${COMP_WORDS[COMP_CWORD-2]}\"\n  fi\n"
      "  local path='' candidate i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case \"${COMP_WORDS[i]}\" in\n"
      "      " +
      joined(options_with_value(), "|") +
      ") ((i++)); continue ;;\n"
      "      -*) continue ;;\n"
      "    esac\n"
      "    candidate=\"${path:+$path }${COMP_WORDS[i]}\"\n"
      "    case \"$candidate\" in\n";
  std::vector<std::string> patterns;
  for (const std::string& path : all_paths()) patterns.push_back(shell_quoted(path));
  script += "      " + joined(patterns, "|") + ") path=\"$candidate\" ;;\n      *) break ;;\n";
  script += "    esac\n  done\n  case \"$path\" in\n";
  for (const Step& step : steps()) {
    if (find_command(step.path) != nullptr) continue;
    script += "    " + shell_quoted(step.path) + ")\n" +
              bash_values(to_pointers(global_options())) + "      " +
              bash_offer(joined(step.next, " ")) + " ;;\n";
  }
  for (const Command* command : all_commands()) script += bash_command(*command);
  return script + "  esac\n}\ncomplete -F _shelduck shelduck\n";
}

std::string zsh_completion() {
  std::string script =
      "#compdef shelduck\n"
      "# shelduck completion for zsh: shelduck completion zsh >~/.zfunc/_shelduck\n"
      "_shelduck() {\n"
      "  local path_words='' candidate\n"
      "  local -i at=2\n"
      "  while ((at < CURRENT)); do\n"
      "    candidate=\"${path_words:+$path_words }${words[at]}\"\n"
      "    case \"$candidate\" in\n";
  std::vector<std::string> patterns;
  for (const std::string& path : all_paths()) patterns.push_back(shell_quoted(path));
  script += "      " + joined(patterns, "|") +
            ") path_words=\"$candidate\" ;;\n      *) break ;;\n    esac\n    ((at++))\n  done\n";
  script +=
      "  words=(shelduck \"${(@)words[at,-1]}\")\n"
      "  ((CURRENT -= at - 2))\n"
      "  case \"$path_words\" in\n";
  for (const Step& step : steps()) {
    if (find_command(step.path) != nullptr) continue;
    script += "    " + shell_quoted(step.path) + ") compadd -- " + joined(step.next, " ") + " ;;\n";
  }
  for (const Command* command : all_commands()) script += zsh_command(*command);
  return script +
         "  esac\n}\nif [ \"$funcstack[1]\" = _shelduck ]; then\n  _shelduck \"$@\"\nelse\n"
         "  compdef _shelduck shelduck\nfi\n";
}

std::string fish_completion() {
  std::string script =
      "# shelduck completion for fish: shelduck completion fish "
      ">~/.config/fish/completions/shelduck.fish\n"
      "function __shelduck_path\n"
      "  set -l path\n"
      "  for word in (commandline -opc)[2..-1]\n"
      "    set -l candidate (string join ' ' $path $word)\n"
      "    switch $candidate\n      case";
  for (const std::string& path : all_paths()) script += " " + shell_quoted(path);
  script +=
      "\n        set path $path $word\n      case '*'\n        string match -q -- '-*' $word; or "
      "break\n    end\n  end\n  string join ' ' $path\nend\n"
      "function __shelduck_at\n  set -l path (__shelduck_path)\n  test \"$path\" = \"$argv\"\nend\n"
      "complete -c shelduck -f\n";
  for (const Step& step : steps()) {
    for (const std::string& word : step.next) {
      const std::string path = step.path.empty() ? word : step.path + " " + word;
      script += "complete -c shelduck -n " + fish_condition(step.path) + " -a " + word + " -d " +
                fish_quoted(summary_of(path)) + "\n";
    }
  }
  for (const Command* command : all_commands()) script += fish_command(*command);
  return script;
}

}  // namespace shelduck::commands
