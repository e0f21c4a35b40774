// Request is everything a handler may know: values that somebody else gathered. A handler reads no
// working directory, environment, clock or standard stream of its own, so that the same handler
// runs in the short command and in a server for another process.
//
//   Answer stats(const Request& request, store::Store& store) {
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
#include "shelduck/commands/settings.hpp"
#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

// How the answer will be shown. A width of 0 has no limit: nobody looks, a program reads.
struct Terminal {
  enum class Color { off, on };
  enum class Reader { program, person };  // standard output is a terminal or not

  Reader reader = Reader::program;
  commands::OutputFormat format = commands::OutputFormat::table;
  std::size_t width = 0;
  Color color = Color::off;
};

// Who and where the caller is, where no flag says so.
struct Caller {
  std::string hostname;
  std::string run_id;  // SHELDUCK_RUN
};

// Destructive commands are asked twice where a person answers: first what they would do.
enum class Intent { act, plan };

// Rows of series are sorted where an id comes back.
enum class SeriesRows { as_they_stand, sorted };

struct Request {
  commands::ParsedCommand arguments;
  std::filesystem::path database;  // absolute
  store::Domain domain;            // whose database it is
  // Path arguments made absolute, by the name of their option or positional.
  std::map<std::string, std::vector<std::filesystem::path>, std::less<>> paths{};
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
  Clock clock;
  RandomSource random;
  LogSink log = silent();
  store::OpenOptions opening{};  // how the store is opened, also by handlers that do it themselves
  CancelToken& cancel;
  Progress& progress;
};

}  // namespace shelduck::cli
