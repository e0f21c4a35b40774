#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<Positional, 1> kPlugins{{{.name = "PLUGIN",
                                               .need = Need::optional,
                                               .times = Times::many,
                                               .help = "Plugins to forecast; all by default."}}};
constexpr std::array<Option, 5> kPredictOptions{
    {kPhase,
     kPackages,
     kDownloadBytes,
     kLevel,
     {.name = "plan",
      .type = ValueType::path,
      .value_name = "FILE",
      .help =
          "Waves and mutexes that the total follows, as JSON; one after the other by default."}}};
constexpr std::array<Example, 3> kPredictExamples{
    {{"shelduck predict", "every plugin, and the total"},
     {"shelduck predict apt --packages 40 --download-bytes 120MB --level 80",
      "a known size of work, and an 80 % interval"},
     {"shelduck predict apt snap --plan waves.json --json", "a total over waves, for a program"}}};

constexpr std::array<Positional, 1> kMaybeRun{
    {{.name = "RUN", .need = Need::optional, .help = "The run's id; SHELDUCK_RUN by default."}}};
constexpr std::array<Option, 4> kRemainingOptions{
    {{.name = "plugin",
      .letter = 'p',
      .type = ValueType::text,
      .value_name = "NAME",
      .help = "A single plugin instead of a run."},
     {.name = "elapsed",
      .letter = 'e',
      .type = ValueType::seconds,
      .value_name = "SECONDS",
      .help = "How long the plugin has been at work."},
     {.name = "percent",
      .type = ValueType::percent,
      .value_name = "P",
      .help = "How much of it is done."},
     kLevel}};
constexpr std::array<Example, 2> kRemainingExamples{
    {{"shelduck remaining 01928b4e-3f6a-7c11-8d2e-5a9b0c4d7e21", "what is left of a run"},
     {"shelduck remaining --plugin apt --elapsed 60 --percent 40",
      "what is left of apt after a minute"}}};
constexpr std::array<Example, 2> kCalibrationExamples{
    {{"shelduck calibration", "did the intervals hold as often as they said?"},
     {"shelduck calibration --json", "the same for a program"}}};

constexpr std::array<Command, 3> kForecastCommands{
    {{.path = "predict",
      .summary = "Forecast time, CPU, memory and download",
      .description =
          "A point and an interval for each plugin and in total, with the level, the number of "
          "observations and the model. Below 5 successful executions it says so instead of "
          "guessing. "
          "Forecasts are kept and scored when the truth arrives (see `shelduck calibration`).",
      .command_class = CommandClass::question,
      .options = kPredictOptions,
      .positionals = kPlugins,
      .examples = kPredictExamples,
      .exit_codes = kLookupCodes},
     {.path = "remaining",
      .summary = "How much time is left",
      .description = "Conditions the forecast on elapsed time and progress. Stores nothing.",
      .command_class = CommandClass::question,
      .options = kRemainingOptions,
      .positionals = kMaybeRun,
      .examples = kRemainingExamples,
      .exit_codes = kLookupCodes},
     {.path = "calibration",
      .summary = "How good the forecasts were",
      .description =
          "Per plugin and target: how many forecasts were scored, how often the interval "
          "held the truth and the band in which that share may lie, mean width, pinball "
          "loss and bias.",
      .command_class = CommandClass::question,
      .examples = kCalibrationExamples,
      .exit_codes = kQuestionCodes}}};

}  // namespace

std::span<const Command> forecast_commands() { return kForecastCommands; }

}  // namespace shelduck::commands
