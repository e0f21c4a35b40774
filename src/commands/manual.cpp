#include "shelduck/commands/manual.hpp"

#include "shelduck/commands/help.hpp"
#include "shelduck/commands/table.hpp"

namespace shelduck::commands {
namespace {

// Text as roff takes it: no accidental escapes, hyphens that copy as minus, no control lines.
std::string roff(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string with_hyphens(std::string_view path) {
  std::string name = "shelduck";
  if (!path.empty()) name += "-";
  for (const char c : path) name += c == ' ' ? '-' : c;
  return name;
}

std::string upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

std::string header(std::string_view path, std::string_view summary, std::string_view version) {
  return ".TH " + upper(with_hyphens(path)) + " 1 \"\" \"shelduck " + std::string(version) +
         "\" \"Shelduck\"\n.SH NAME\n" + roff(with_hyphens(path)) + " \\- " + roff(summary) + "\n";
}

std::string paragraphs(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\n\n"), text.size());
    out += ".PP\n" + roff(text.substr(0, end)) + "\n";
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return out;
}

std::string entry(const std::string& term, const std::string& meaning) {
  return ".TP\n" + term + "\n" + meaning + "\n";
}

std::string option_entry(const Option& option) {
  std::string term = "\\fB\\-\\-" + roff(option.name) + "\\fR";
  if (option.letter != '\0') term = std::string("\\fB\\-") + option.letter + "\\fR, " + term;
  if (option.type != ValueType::flag) term += " \\fI" + roff(option.value_name) + "\\fR";
  std::string meaning = roff(option.help);
  for (const std::string_view choice : option.choices) {
    meaning += (choice == option.choices.front() ? "\nOne of " : ", ") + roff(choice);
  }
  if (!option.choices.empty()) meaning += ".";
  if (!option.fallback.empty()) meaning += "\nDefault: " + roff(option.fallback) + ".";
  return entry(term, meaning);
}

std::string examples(std::span<const Example> list) {
  std::string out = ".SH EXAMPLES\n";
  for (const Example& example : list) {
    out += ".PP\n" + roff(example.effect) + ":\n.PP\n.RS 4\n.nf\n" + roff(example.line) +
           "\n.fi\n.RE\n";
  }
  return out;
}

ManualPage command_page(const Command& command, std::string_view version) {
  std::string text = header(command.path, command.summary, version);
  text += ".SH SYNOPSIS\n\\fB" + roff(usage_line(command.path)) + "\\fR\n.SH DESCRIPTION\n";
  text += paragraphs(command.description);
  if (!command.positionals.empty()) {
    text += ".SH ARGUMENTS\n";
    for (const Positional& positional : command.positionals) {
      text += entry("\\fI" + roff(positional.name) + "\\fR", roff(positional.help));
    }
  }
  text += ".SH OPTIONS\n";
  for (const Option& option : command.options) text += option_entry(option);
  text += ".PP\nThe options of every command are in \\fBshelduck\\fR(1).\n";
  text += examples(command.examples) + ".SH EXIT STATUS\n";
  for (const int code : command.exit_codes) {
    text += entry("\\fB" + std::to_string(code) + "\\fR", roff(exit_code_meaning(code)));
  }
  return {with_hyphens(command.path) + ".1", text + ".SH SEE ALSO\n\\fBshelduck\\fR(1)\n"};
}

ManualPage overview_page(std::string_view version) {
  std::string text =
      header("", "records update runs, answers questions about them and forecasts them", version);
  text += ".SH SYNOPSIS\n\\fBshelduck\\fR \\fICOMMAND\\fR [options]\n.SH COMMANDS\n";
  for (const Command* command : all_commands()) {
    text += entry("\\fBshelduck " + roff(command->path) + "\\fR", roff(command->summary) + ".");
  }
  text += ".SH OPTIONS OF EVERY COMMAND\n";
  for (const Option& option : global_options()) text += option_entry(option);
  text += ".SH FILES\n" + entry("\\fI$XDG_DATA_HOME/shelduck/history.duckdb\\fR", "The database.") +
          entry("\\fI$XDG_CONFIG_HOME/shelduck/config.toml\\fR, \\fI/etc/shelduck/config.toml\\fR",
                "Settings; see \\fBshelduck\\-config\\-show\\fR(1).") +
          entry("\\fI$XDG_STATE_HOME/shelduck/\\fR", "What could not be recorded.");
  return {"shelduck.1", text};
}

}  // namespace

std::vector<ManualPage> manual_pages(std::string_view version) {
  std::vector<ManualPage> pages{overview_page(version)};
  for (const Command* command : all_commands()) pages.push_back(command_page(*command, version));
  return pages;
}

}  // namespace shelduck::commands
