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

constexpr Positional kTable{.name = "TABLE",
                            .need = Need::optional,
                            .help =
                                "Where FILE is a DuckDB database: its table or view. It is "
                                "opened to be read, and nothing in it is changed."};
constexpr std::array<Positional, 2> kSeriesFile{
    {{.name = "FILE",
      .type = ValueType::path,
      .help = "Series as CSV, also packed (.gz, .xz), or as Parquet: "
              "unique_id,ds,y,split,horizon,period."},
     kTable}};
constexpr Option kIdColumn{.name = "id",
                           .type = ValueType::text,
                           .value_name = "COLUMN",
                           .fallback = "unique_id",
                           .help = "The column that names the series."};
constexpr Option kTimeColumn{
    .name = "time",
    .type = ValueType::text,
    .value_name = "COLUMN",
    .fallback = "ds",
    .help = "The column of the time: 1, 2, 3, a date, an instant or Unix seconds."};
constexpr Option kValueColumn{.name = "value",
                              .type = ValueType::text,
                              .value_name = "COLUMN",
                              .fallback = "y",
                              .help = "The column of the value; empty where it is missing."};
constexpr Option kLevels{.name = "level",
                         .type = ValueType::text,
                         .value_name = "A,B",
                         .fallback = "80,90,95",
                         .help = "Levels of the intervals, in percent or as fractions."};
constexpr std::array<std::string_view, 2> kIntervals{"fast", "refit"};
constexpr Option kInterval{
    .name = "interval",
    .type = ValueType::choice,
    .value_name = "HOW",
    .fallback = "fast",
    .choices = kIntervals,
    .help =
        "fast: past errors of one fit, which goes along its series again. refit: of a fit at each "
        "of up to 100 points of it, so many times as slow."};
constexpr Option kNonNegative{.name = "non-negative", .help = "Clip forecasts and intervals at 0."};
constexpr Option kThreads{.name = "threads",
                          .type = ValueType::positive,
                          .value_name = "N",
                          .help = "Threads that fit; as many as there are processors by default."};
constexpr Option kTimeout{
    .name = "timeout",
    .type = ValueType::seconds,
    .value_name = "SECONDS",
    .help =
        "Give a series up that takes longer with a model, which is looked at before each fit and "
        "on its way; by default each takes the time that it takes."};
constexpr Option kGlobal{
    .name = "global",
    .help =
        "Let nlinear, also in ensemble and auto, learn from all series together that have no "
        "season or one of up to 24 steps."};
constexpr Option kCovariates{
    .name = "covariates",
    .type = ValueType::text,
    .value_name = "A,B",
    .help =
        "Columns that say what is known of each row, also of those to come; a name with a comma in "
        "quotation marks. auto, auto_arima, prophet and lightgbm use them, regression and "
        "recent_median too."};
constexpr Positional kForecastFile{
    .name = "FILE",
    .type = ValueType::path,
    .help =
        "Series as CSV, also packed (.gz, .xz), or as Parquet: unique_id,ds,y and, if you like, "
        "split, horizon, period."};
constexpr std::array<Positional, 2> kForecastFiles{{kForecastFile, kTable}};
constexpr Option kModel{
    .name = "model",
    .letter = 'm',
    .type = ValueType::text,
    .value_name = "NAME",
    .fallback = "auto",
    .help =
        "The model, or several together: ensemble=theta+ces; theta within mstl: mstl=theta. "
        "`shelduck forecast evaluate` says which would have been right."};
constexpr Option kHorizon{
    .name = "horizon",
    .type = ValueType::positive,
    .value_name = "H",
    .help = "Steps to forecast; the column `horizon` of the file by default."};
constexpr Option kSeason{
    .name = "season",
    .type = ValueType::text,
    .value_name = "N",
    .fallback = "auto",
    .help =
        "Steps of a season, several with commas; 1 for none. By default the column `period` of "
        "the file, the calendar and the series themselves tell."};
constexpr std::array<Option, 14> kForecastOptions{
    {kModel,
     kHorizon,
     kSeason,
     kLevels,
     kInterval,
     kNonNegative,
     kGlobal,
     kCovariates,
     kThreads,
     kTimeout,
     {.name = "out",
      .letter = 'o',
      .type = ValueType::path,
      .value_name = "FILE",
      .help =
          "Write the rows there instead of printing them: what --format says, else what the name "
          "ends in: .parquet, .json, .ndjson or .jsonl, and CSV elsewhere."},
     kIdColumn,
     kTimeColumn,
     kValueColumn}};
constexpr std::array<Example, 4> kForecastExamples{
    {{"shelduck forecast sales.csv --horizon 12", "the next 12 values of every series"},
     {"shelduck forecast sales.csv.gz --horizon 28 --season 7 --out forecast.csv",
      "weekly seasons, every row into a file"},
     {"shelduck forecast sales.duckdb daily --id shop --time day --value sold --horizon 7",
      "a table of a database"},
     {"shelduck forecast sales.csv --horizon 7 --level 95 --format ndjson", "for a program"}}};
constexpr std::array<Option, 17> kEvaluateOptions{
    {{.name = "models",
      .type = ValueType::text,
      .value_name = "A,B",
      .help =
          "naive, seasonal_naive, naive2, drift, growth, mean, median, ses, holt, croston, tsb, "
          "theta, stm, otm, dstm, dotm, ces, auto_arima, exponential_smoothing, nlinear, mstl, "
          "prophet, lightgbm, ensemble, by_size, auto, regression, recent_median; all by default. "
          "Several together: ensemble=theta+ces. Theta within mstl: mstl=theta."},
     {.name = "season",
      .type = ValueType::text,
      .value_name = "N",
      .fallback = "auto",
      .help = "Steps of a season, for the models; several with commas, 1 for none. By default the "
              "period of the file, the calendar and the series themselves tell."},
     {.name = "score-period",
      .type = ValueType::count,
      .value_name = "N",
      .help = "Steps of a season, for the scale and for naive2, whatever --season says; 0 counts "
              "as 1. The period of the file by default."},
     {.name = "refit",
      .type = ValueType::positive,
      .value_name = "K",
      .help =
          "Fit parameters anew at every K-th origin, and update the model in between; by default "
          "at every one where that takes no search (naive, nlinear, ...), else at every 10th."},
     {.name = "limit",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "Take N series, spread over the file."},
     {.name = "min-length",
      .type = ValueType::count,
      .value_name = "N",
      .fallback = "12",
      .help = "Leave out series with fewer train rows."},
     {.name = "scores",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "Write a row there for each model, series, origin and step: truth, point, bounds. "
              "CSV, or Parquet where the name ends in .parquet."},
     kLevels,
     kInterval,
     kNonNegative,
     kGlobal,
     kCovariates,
     kThreads,
     kTimeout,
     kIdColumn,
     kTimeColumn,
     kValueColumn}};
constexpr std::array<Example, 2> kEvaluateExamples{
    {{"shelduck forecast evaluate sales.csv", "every model on every series"},
     {"shelduck forecast evaluate sales.csv.gz --models ses,holt --limit 100 --json",
      "two models on a sample, for a program"}}};

constexpr std::array<std::string_view, 2> kThemes{"light", "dark"};
constexpr std::array<Option, 16> kPlotOptions{
    {{.name = "id",
      .type = ValueType::text,
      .value_name = "ID",
      .help = "The series to draw.",
      .need = Need::required},
     {.name = "out",
      .letter = 'o',
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "The picture: a name that ends in .svg or .png.",
      .need = Need::required},
     kModel,
     kHorizon,
     kSeason,
     {.name = "level",
      .type = ValueType::text,
      .value_name = "A,B",
      .fallback = "80,95",
      .help = "Levels of the intervals, in percent or as fractions: a band each."},
     {.name = "history",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "Values before the forecast that are shown; by default 5 a step, and at least 60."},
     {.name = "theme",
      .type = ValueType::choice,
      .value_name = "NAME",
      .fallback = "light",
      .choices = kThemes,
      .help = "light, for paper, or dark."},
     kInterval,
     kNonNegative,
     kGlobal,
     kCovariates,
     kThreads,
     {.name = "id-column",
      .type = ValueType::text,
      .value_name = "COLUMN",
      .fallback = "unique_id",
      .help = "The column that names the series."},
     kTimeColumn,
     kValueColumn}};
constexpr std::array<Example, 2> kPlotExamples{
    {{"shelduck forecast plot sales.csv --id milk --horizon 12 --out milk.svg",
      "the series milk, its next 12 values and their intervals"},
     {"shelduck forecast plot sales.csv --id milk --horizon 12 --theme dark --out milk.png",
      "the same for a dark page, as pixels"}}};

constexpr std::array<Command, 6> kForecastCommands{
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
      .exit_codes = kQuestionCodes},
     {.path = "forecast",
      .summary = "Forecast the series of a file, with intervals",
      .description =
          "One row for each series and step: point and bounds at every level. Intervals are "
          "conformal: as wide as the model's past errors were, on this series and, pooled, on all "
          "of the file.\n\n"
          "Rows that are missing between others are filled linearly and counted; rows whose split "
          "is test are left out; rows of a series that do not stand together are sorted first. "
          "Where "
          "times have no common step, or the column `period` is 0, rows behind the last known "
          "value "
          "say when the coming ones are; with --covariates they always say what is known of the "
          "coming ones. A "
          "series with too few values is named and gets no row. A file "
          "that is named `evaluate` is written ./evaluate.",
      .command_class = CommandClass::file,
      .options = kForecastOptions,
      .positionals = kForecastFiles,
      .examples = kForecastExamples,
      .exit_codes = kFileCodes},
     {.path = "forecast evaluate",
      .summary = "Score models on series whose end is known",
      .description =
          "Reads series one after another and forecasts the rows whose split is test from those "
          "before them: sMAPE, MASE and OWA (against naive2), as means over series; the root mean "
          "squared error over the mean, and the bias, of all series together. With more test "
          "rows than the horizon the origin moves on by the horizon, and what was forecast becomes "
          "history.\n\n"
          "A series that a model cannot be fitted to is scored with the forecasts of naive2 and "
          "counted as failed; one without a scale (constant) or without a test value is excluded "
          "and counted.",
      .command_class = CommandClass::file,
      .options = kEvaluateOptions,
      .positionals = kSeriesFile,
      .examples = kEvaluateExamples,
      .exit_codes = kFileCodes},
     {.path = "forecast plot",
      .summary = "Draw a series and its forecast",
      .description =
          "The newest values of one series, its forecast and a band for each level, as SVG or PNG. "
          "The numbers are those of `shelduck forecast` on the same file, whose intervals learn "
          "from all of its series: all are fitted.\n\n"
          "Where the model cannot be fitted the history is drawn alone, and the exit code is 1.",
      .command_class = CommandClass::file,
      .options = kPlotOptions,
      .positionals = kForecastFiles,
      .examples = kPlotExamples,
      .exit_codes = kFileCodes}}};

}  // namespace

std::span<const Command> forecast_commands() { return kForecastCommands; }

}  // namespace shelduck::commands
