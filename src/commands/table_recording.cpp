#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 3> kProgressChannels{"fd", "stderr", "none"};
constexpr std::array<std::string_view, 5> kEndStatuses{"success", "failed", "skipped", "timeout",
                                                       "interrupted"};

constexpr Option kRun{.name = "run",
                      .type = ValueType::uuid,
                      .value_name = "ID",
                      .help = "The run it belongs to; without it a run of its own is made.",
                      .source = Source::setting};

constexpr Option kCurrentRun{.name = "run",
                             .type = ValueType::uuid,
                             .value_name = "ID",
                             .help = "The run; SHELDUCK_RUN by default.",
                             .source = Source::setting};

constexpr std::array<Option, 9> kExecOptions{
    {{.name = "plugin",
      .letter = 'p',
      .type = ValueType::text,
      .value_name = "NAME",
      .help = "Whose work it is: apt, snap, npm...",
      .need = Need::required},
     {.name = "step",
      .type = ValueType::text,
      .value_name = "NAME",
      .fallback = "update",
      .help = "The step: prepare, download, update or any other name."},
     kPhase,
     kRun,
     kPackages,
     kDownloadBytes,
     {.name = "require-record",
      .help = "Start the command only when its record is safe on disk; fail otherwise.",
      .source = Source::setting},
     {.name = "progress",
      .type = ValueType::choice,
      .value_name = "CHANNEL",
      .fallback = "fd",
      .choices = kProgressChannels,
      .help = "Where the command reports progress: the descriptor SHELDUCK_PROGRESS_FD, PROGRESS: "
              "lines on stderr, or nowhere."},
     {.name = "show",
      .help = "Draw elapsed and remaining time even when the command reports no progress.",
      .source = Source::setting}}};

constexpr std::array<Positional, 1> kExecPositionals{
    {{.name = "COMMAND", .times = Times::many, .help = "The program to run, and its arguments."}}};

constexpr std::array<Example, 4> kExecExamples{
    {{"shelduck exec --plugin apt -- sudo apt upgrade -y", "measure an upgrade and record it"},
     {"shelduck exec --plugin apt --phase DOWNLOAD --step download -- apt-get -d upgrade",
      "record a download as a phase of its own"},
     {"shelduck exec --plugin npm --show -- npm update -g",
      "draw elapsed and remaining time while it runs"},
     {"shelduck exec --plugin backup --require-record -- ./backup.sh",
      "do not start unless the record is safe"}}};

constexpr std::array<int, 6> kExecCodes{0, 1, 2, 6, 126, 127};

constexpr std::array<Example, 2> kRunStartExamples{
    {{"export SHELDUCK_RUN=$(shelduck run start)", "every exec of this shell joins one run"},
     {"shelduck run start --json", "the id as a JSON object"}}};
constexpr std::array<Example, 1> kRunCurrentExamples{
    {{"shelduck run current", "print the id in SHELDUCK_RUN, or exit 3"}}};
constexpr std::array<Option, 2> kRunEndOptions{
    {{.name = "run",
      .type = ValueType::uuid,
      .value_name = "ID",
      .help = "The run to end; the one in SHELDUCK_RUN by default.",
      .source = Source::setting},
     {.name = "status",
      .letter = 's',
      .type = ValueType::choice,
      .value_name = "STATUS",
      .fallback = "success",
      .choices = kEndStatuses,
      .help = "How the run as a whole went."}}};
constexpr std::array<Example, 2> kRunEndExamples{
    {{"shelduck run end", "end the run in SHELDUCK_RUN"},
     {"shelduck run end --status failed", "end it as failed"}}};
constexpr std::array<int, 4> kRunCurrentCodes{0, 1, 2, 3};
constexpr std::array<int, 6> kRunCodes{0, 1, 2, 3, 4, 6};
constexpr std::array<Option, 1> kRunCurrentOptions{kCurrentRun};

constexpr std::array<Command, 4> kRecordingCommands{
    {{.path = "exec",
      .summary = "Run a command, measure it and record it",
      .description =
          "Runs the command in the same process group and terminal, with the same standard "
          "streams, "
          "and returns its exit code (128+N when signal N ended it). Wall clock, CPU, peak memory "
          "and I/O are measured, each with its source, and recorded even if the command or "
          "shelduck "
          "itself is killed.\n\n"
          "Recording never fails or delays the command: where it is not possible one line on "
          "stderr "
          "says so and a line is kept in $XDG_STATE_HOME/shelduck/. With --require-record the "
          "command is not started instead.\n\n"
          "A command may report progress as JSON lines on the descriptor SHELDUCK_PROGRESS_FD, or "
          "with --progress stderr as lines `PROGRESS: {...}`: phase_start and phase_end set the "
          "borders of steps, progress carries percent, bytes and items.\n\n"
          "Under sudo, keep the run with `sudo --preserve-env=SHELDUCK_RUN`.",
      .command_class = CommandClass::local,
      .options = kExecOptions,
      .positionals = kExecPositionals,
      .examples = kExecExamples,
      .exit_codes = kExecCodes,
      .tail = Tail::command_line},
     {.path = "run start",
      .summary = "Begin a run and print its id",
      .description = "Every exec that finds the id in SHELDUCK_RUN belongs to this run.",
      .command_class = CommandClass::local,
      .examples = kRunStartExamples,
      .exit_codes = kRunCodes},
     {.path = "run current",
      .summary = "Print the id of the current run",
      .description = "The id is the value of SHELDUCK_RUN. Exit code 3 says that there is none.",
      .command_class = CommandClass::local,
      .options = kRunCurrentOptions,
      .examples = kRunCurrentExamples,
      .exit_codes = kRunCurrentCodes},
     {.path = "run end",
      .summary = "End a run",
      .description =
          "Records the end time and the status of the whole run. Of a run whose start nobody "
          "recorded the end is kept too: `shelduck history show` marks it as a placeholder.",
      .command_class = CommandClass::local,
      .options = kRunEndOptions,
      .examples = kRunEndExamples,
      .exit_codes = kRunCodes}}};

}  // namespace

std::span<const Command> recording_commands() { return kRecordingCommands; }

}  // namespace shelduck::commands
