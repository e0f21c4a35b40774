#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 3> kShells{"bash", "zsh", "fish"};

constexpr std::array<Example, 2> kConfigExamples{
    {{"shelduck config show", "every setting, its value and who said it"},
     {"shelduck config show --json", "the same for a program"}}};

constexpr std::array<Positional, 1> kTopic{
    {{.name = "WORD",
      .need = Need::optional,
      .times = Times::many,
      .help = "The command's words; none for the overview."}}};
constexpr std::array<Option, 1> kHelpOptions{
    {{.name = "man",
      .type = ValueType::path,
      .value_name = "DIR",
      .help = "Write the manual pages into this folder instead."}}};
constexpr std::array<Example, 2> kHelpExamples{
    {{"shelduck help history stats", "the same as `shelduck history stats --help`"},
     {"shelduck help --man share/man/man1", "write every manual page"}}};
constexpr std::array<int, 4> kHelpCodes{0, 1, 2, 3};

constexpr std::array<Positional, 1> kShell{
    {{.name = "SHELL", .type = ValueType::choice, .choices = kShells, .help = "Which shell."}}};
constexpr std::array<Example, 3> kCompletionExamples{
    {{"source <(shelduck completion bash)", "in this bash, until it ends"},
     {"shelduck completion zsh >~/.zfunc/_shelduck", "for every zsh"},
     {"shelduck completion fish >~/.config/fish/completions/shelduck.fish", "for every fish"}}};
constexpr std::array<Example, 1> kVersionExamples{
    {{"shelduck version --json", "the version, for a program"}}};

constexpr std::array<Command, 4> kProgramCommands{
    {{.path = "config show",
      .summary = "Print every setting with its origin",
      .description =
          "Settings come from flags, then SHELDUCK_* variables, then "
          "$XDG_CONFIG_HOME/shelduck/config.toml, then /etc/shelduck/config.toml, then defaults. A "
          "key of config.toml is the option's name with underscores: no_progress = true.",
      .examples = kConfigExamples,
      .exit_codes = kLocalCodes},
     {.path = "help",
      .summary = "Explain a command",
      .description = "Without words the overview. With --man the manual pages are written instead.",
      .options = kHelpOptions,
      .positionals = kTopic,
      .examples = kHelpExamples,
      .exit_codes = kHelpCodes},
     {.path = "completion",
      .summary = "Print a completion script",
      .description = "The script completes commands, options and their choices.",
      .positionals = kShell,
      .examples = kCompletionExamples,
      .exit_codes = kLocalCodes},
     {.path = "version",
      .summary = "Print the version",
      .description = "The same as `shelduck --version`.",
      .examples = kVersionExamples,
      .exit_codes = kLocalCodes}}};

}  // namespace

std::span<const Command> program_commands() { return kProgramCommands; }

}  // namespace shelduck::commands
