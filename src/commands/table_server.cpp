#include <array>

#include "shelduck/commands/table_options.hpp"
#include "shelduck/commands/table_pieces.hpp"

namespace shelduck::commands {
namespace {

constexpr std::array<std::string_view, 2> kProfiles{"standard", "small"};
constexpr std::array<std::string_view, 2> kLogFormats{"logfmt", "json"};

constexpr std::array<std::string_view, 2> kLinePresets{"default", "rtl_433"};

constexpr Option kTokenFile{
    .name = "token-file",
    .type = ValueType::path,
    .value_name = "FILE",
    .help =
        "Who may do what: lines of NAME SCOPE sha256:HEX. Needed beyond loopback; a server reads "
        "it again on SIGHUP.",
    .source = Source::setting};

constexpr std::array<Option, 16> kServeOptions{
    {{.name = "history",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "Serve this history, as --db does; that of the data folder where neither is given."},
     {.name = "sensors",
      .type = ValueType::path,
      .value_name = "FILE",
      .help = "Serve the readings in this file.",
      .source = Source::setting},
     kBackend,
     {.name = "sensors-memory",
      .type = ValueType::bytes,
      .value_name = "SIZE",
      .help = "What the engine of the readings may take; 64 MB by default.",
      .source = Source::setting},
     {.name = "sensors-threads",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "With how many threads it answers one question; 1 by default.",
      .source = Source::setting},
     {.name = "sensors-batch",
      .type = ValueType::positive,
      .value_name = "N",
      .help = "How many posts it stores with one commit at most. What was answered is seen at once "
              "in any case.",
      .source = Source::setting},
     {.name = "sensors-flush",
      .type = ValueType::seconds,
      .value_name = "SECONDS",
      .help = "How long it rests between two times that it tidies up; 1 by default.",
      .source = Source::setting},
     {.name = "line-protocol",
      .type = ValueType::mapping,
      .value_name = "PRESET",
      .fallback = "default",
      .choices = kLinePresets,
      .help = "Which points of InfluxDB's line protocol are readings; several are tried in their "
              "order. config.toml also takes mappings of one's own, as tables.",
      .source = Source::setting,
      .times = Times::many,
      .setting = "sensors.line-protocol"},
     {.name = "retain",
      .type = ValueType::age,
      .value_name = "AGE",
      .help = "Give readings older than this up for good, by whole months in UTC and once an hour; "
              "all are kept without it.",
      .source = Source::setting},
     {.name = "profile",
      .type = ValueType::choice,
      .value_name = "PROFILE",
      .fallback = "standard",
      .choices = kProfiles,
      .help = "How much of the machine is taken: small is for boards with little memory.",
      .source = Source::setting},
     {.name = "listen",
      .type = ValueType::text,
      .value_name = "ADDRESS:PORT",
      .fallback = "127.0.0.1:8700",
      .help = "Where HTTP is spoken: a literal address; port 0 takes one that is free.",
      .source = Source::setting},
     kTokenFile,
     {.name = "host",
      .type = ValueType::text,
      .value_name = "NAME",
      .help = "A name by which clients may call this server, beside its address.",
      .times = Times::many},
     {.name = "origin",
      .type = ValueType::text,
      .value_name = "URL",
      .help = "An origin whose pages may use this server, as https://example.org for one.",
      .times = Times::many},
     {.name = "socket-group",
      .type = ValueType::text,
      .value_name = "GROUP",
      .help = "Members of this group may hand their commands to this server too.",
      .source = Source::setting},
     {.name = "log-format",
      .type = ValueType::choice,
      .value_name = "FORMAT",
      .fallback = "logfmt",
      .choices = kLogFormats,
      .help = "How requests are logged on standard error.",
      .source = Source::setting}}};

constexpr std::array<Example, 5> kServeExamples{
    {{"shelduck serve", "own the history and answer on 127.0.0.1:8700"},
     {"shelduck serve --sensors /var/lib/shelduck/sensors.duckdb", "take readings of sensors"},
     {"shelduck serve --sensors sensors.duckdb --line-protocol rtl_433",
      "the same, as `rtl_433 -F influx` writes them"},
     {"shelduck serve --sensors sensors.duckdb --retain 400d", "and keep those of 400 days"},
     {"shelduck serve --listen 0.0.0.0:8700 --token-file /etc/shelduck/tokens --host pi.lan",
      "answer the network, but only those with a token"}}};

constexpr std::array<std::string_view, 3> kScopes{"read", "write", "admin"};
constexpr std::array<Positional, 1> kTokenName{
    {{.name = "NAME", .help = "Who will use it: letters, digits, dots, dashes."}}};
constexpr std::array<Option, 2> kTokenOptions{
    {{.name = "scope",
      .type = ValueType::choice,
      .value_name = "SCOPE",
      .choices = kScopes,
      .help = "What it allows: read, write or admin; each includes those before it.",
      .need = Need::required},
     kTokenFile}};
constexpr std::array<Example, 1> kTokenExamples{
    {{"shelduck token add grafana --scope read --token-file /etc/shelduck/tokens",
      "the file gets a line with its hash; the token is shown once"}}};

constexpr std::array<int, 6> kServeCodes{0, 1, 2, 4, 5, 6};

constexpr std::array<Command, 2> kServerCommands{
    {{.path = "serve",
      .summary = "Own databases and answer over HTTP",
      .description =
          "Runs until SIGTERM or Ctrl-C, and then ends what was begun within ten seconds. On "
          "loopback everybody of this machine may ask; any other address needs --token-file.\n\n"
          "GET /openapi.json names every route. Answers are the documents that --json prints.",
      .command_class = CommandClass::server,
      .options = kServeOptions,
      .examples = kServeExamples,
      .exit_codes = kServeCodes},
     {.path = "token add",
      .summary = "Make a token for a client of the server",
      .description =
          "Adds a line with the token's name, scope and hash to the token file, which it "
          "makes where there is none. The token itself is printed once and kept nowhere. A "
          "server that runs reads the file again on SIGHUP.",
      .command_class = CommandClass::file,
      .options = kTokenOptions,
      .positionals = kTokenName,
      .examples = kTokenExamples,
      .exit_codes = kLocalCodes}}};

}  // namespace

std::span<const Command> server_commands() { return kServerCommands; }

}  // namespace shelduck::commands
