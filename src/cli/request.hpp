// Request is everything a handler may know: values that somebody else gathered. A handler reads no
// working directory, environment, clock or standard stream of its own, so that the same handler
// runs in the short command and in a server for another process.
//
//   Answer stats(const Request& request, Inquiry& inquiry) {
//     const auto days = request.arguments.whole_number("days");
//
// Paths in `arguments` are as the user typed them, for messages only; `paths` holds what they lead
// to. Everything borrowed lives as long as the Request.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/cancel.hpp"
#include "shelduck/cli/progress.hpp"
#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/report.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/commands/terminal.hpp"
#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

using commands::Terminal;

// Who and where the caller is, where no flag says so.
struct Caller {
  std::string hostname;
  std::string run_id;                      // SHELDUCK_RUN
  std::string command_id{};                // names this command to a server
  std::string notify_socket{};             // NOTIFY_SOCKET of a service manager
  Seconds watchdog{0};                     // WATCHDOG_USEC: how long it waits for a word
  std::filesystem::path runtime_folder{};  // for sockets; empty where the system has none
  std::filesystem::path service_folder{};  // the same, but never one of this user alone
};

// Destructive commands are asked twice where a person answers: first what they would do.
enum class Intent { act, plan };

// Rows of series are sorted where an id comes back.
enum class SeriesRows { as_they_stand, sorted };

// Path arguments made absolute, by the name of their option or positional.
using Paths = std::map<std::string, std::vector<std::filesystem::path>, std::less<>>;

struct Request {
  commands::ParsedCommand arguments;
  std::filesystem::path database;  // absolute
  store::Domain domain;            // whose database it is
  Paths paths{};
  std::optional<std::string> input{};              // what the file that goes in holds (--plan)
  std::function<void(std::string_view)> output{};  // takes the bytes of an export, in order
  // Of a row file that is to be Parquet: where it is made, instead of by `output`.
  std::optional<std::filesystem::path> parquet{};
  std::optional<std::filesystem::path> folder{};  // of an export of several files: new and empty
  SeriesRows series_rows = SeriesRows::as_they_stand;  // of the FILE of a forecast
  std::filesystem::path temporary{};                   // where files without a name may be made
  Terminal terminal{};
  Caller caller{};
  Intent intent = Intent::act;
  commands::ErrorForm error_form = commands::ErrorForm::text;  // for who writes errors elsewhere
  Clock clock;
  RandomSource random;
  LogSink log = silent();
  store::OpenOptions opening{};  // how the store is opened, also by handlers that do it themselves
  CancelToken& cancel;
  Progress& progress;
};

}  // namespace shelduck::cli
