#include "shelduck/front/program_command.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "shelduck/commands/completion.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/commands/help.hpp"
#include "shelduck/commands/manual.hpp"
#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/front/output.hpp"

namespace shelduck::front {

using commands::OutputFormat;

namespace {

commands::HelpStyle style_of(const commands::ParsedCommand& parsed,
                             const commands::Environment& environment) {
  const bool terminal = isatty(STDOUT_FILENO) == 1;
  const std::string color = parsed.value("color").value_or("auto");
  const bool wanted =
      color == "always" || (color == "auto" && terminal && !environment("NO_COLOR") &&
                            environment("TERM").value_or("dumb") != "dumb");
  winsize size{};
  const bool sized = terminal && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  constexpr std::size_t kWidest = 100;  // longer lines are hard to read
  return {.width = sized ? std::min<std::size_t>(size.ws_col, kWidest) : 80,
          .color = wanted ? commands::Color::on : commands::Color::off};
}

void write_file(const std::filesystem::path& path, std::string_view text) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) throw system_error("open", path.string(), errno);
  while (!text.empty()) {
    const ssize_t written = write(file, text.data(), text.size());
    if (written < 0) {
      const int reason = errno;
      close(file);
      throw system_error("write", path.string(), reason);
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  close(file);
}

void write_manual(const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) throw system_error("mkdir", folder.string(), failure.value());
  for (const auto& page : commands::manual_pages(SHELDUCK_VERSION)) {
    write_file(folder / page.file_name, page.text);
  }
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Document setting_document(const commands::Setting& setting) {
  Document row = Document::object();
  row.set("name", setting.name).set("value", setting.value).set("origin", setting.origin);
  return row;
}

std::string settings_table(const std::vector<commands::Setting>& settings) {
  std::size_t name_width = 0;
  std::size_t value_width = 0;
  for (const auto& setting : settings) {
    name_width = std::max(name_width, setting.name.size());
    value_width = std::max(value_width, display_width(setting.value.value_or("-")));
  }
  std::string text;
  const auto line = [&](std::string name, std::string value, const std::string& origin) {
    name.resize(name_width, ' ');
    value += std::string(value_width - std::min(value_width, display_width(value)), ' ');
    text += name + "  " + value + "  " + origin + "\n";
  };
  name_width = std::max<std::size_t>(name_width, 7);
  value_width = std::max<std::size_t>(value_width, 5);
  line("setting", "value", "origin");
  for (const auto& setting : settings) {
    line(setting.name, setting.value.value_or("-"), setting.origin);
  }
  return text;
}

}  // namespace

void help_command(const commands::ParsedCommand& parsed, const commands::Environment& environment) {
  if (const auto folder = parsed.value("man")) {
    write_manual(*folder);
    return;
  }
  const std::string topic = parsed.request == commands::Request::help
                                ? parsed.topic
                                : joined(parsed.positional_list("WORD"));
  print(commands::help_text(topic, style_of(parsed, environment)));
}

void version_command(const commands::ParsedCommand& parsed) {
  if (parsed.flag("json") || parsed.value("format") == "json") {
    Document version = Document::object();
    version.set("version", SHELDUCK_VERSION);
    print(to_json(version) + "\n");
  } else {
    print("shelduck " SHELDUCK_VERSION "\n");
  }
}

void completion_command(const commands::ParsedCommand& parsed) {
  const std::string shell = parsed.positional("SHELL").value_or("");
  if (shell == "bash") print(commands::bash_completion());
  if (shell == "zsh") print(commands::zsh_completion());
  if (shell == "fish") print(commands::fish_completion());
}

void config_command(const commands::ParsedCommand& parsed,
                    const commands::SettingSources& sources) {
  auto settings = commands::all_settings(parsed, sources);
  for (commands::Setting& setting : settings) {
    // The one default that is computed: where the database is.
    if (setting.name == "db" && !setting.value) {
      setting.value = commands::database_of(parsed, sources.environment).string();
      setting.origin = "default";
    }
  }
  const OutputFormat format = commands::output_format(commands::resolve(parsed, sources));
  if (format == OutputFormat::table) {
    print(settings_table(settings));
    return;
  }
  Document rows = Document::array();
  std::string lines = format == OutputFormat::csv ? "name,value,origin\r\n" : "";
  for (const auto& setting : settings) {
    const Document row = setting_document(setting);
    rows.add(row);
    lines += format == OutputFormat::csv
                 ? to_csv_field(setting.name) + "," + to_csv_field(Document{setting.value}) + "," +
                       to_csv_field(setting.origin) + "\r\n"
                 : to_json(row) + "\n";
  }
  Document all = Document::object();
  all.set("settings", rows);
  print(format == OutputFormat::json ? to_json(all) + "\n" : lines);
}

}  // namespace shelduck::front
