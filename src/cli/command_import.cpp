#include "shelduck/cli/command_import.hpp"

#include "shelduck/cli/import_answer.hpp"
#include "shelduck/cli/import_set.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/interop/json_import.hpp"
#include "shelduck/interop/log_import.hpp"
#include "shelduck/interop/logs/log_files.hpp"
#include "shelduck/interop/logs/standard_paths.hpp"

namespace shelduck::cli {
namespace {

namespace logs = interop::logs;
using Reports = std::vector<interop::ImportReport>;

// Bytes on disk, where none of the files is packed: only then they measure what is read.
std::optional<std::int64_t> total_bytes(const std::vector<std::string>& paths) {
  std::int64_t total = 0;
  for (const std::string& path : paths) {
    if (path.ends_with(".gz") || path.ends_with(".xz")) return std::nullopt;
    std::error_code failure;
    const auto bytes = std::filesystem::file_size(path, failure);
    if (failure) return std::nullopt;
    total += static_cast<std::int64_t>(bytes);
  }
  return total;
}

// The year in which a log begins that writes none.
std::optional<int> first_year(const Request& request) {
  const auto year = request.arguments.whole_number("year");
  if (!year) return std::nullopt;
  constexpr std::int64_t kFirst = 1970;
  constexpr std::int64_t kLast = 9999;
  if (*year < kFirst || *year > kLast) {
    throw Error{ErrorKind::invalid_input,
                "--year '" + std::to_string(*year) + "' is no year of a log",
                {.field = "--year", .value = std::to_string(*year), .rule = "1970 to 9999"}};
  }
  return static_cast<int>(*year);
}

logs::LocalZone assumed_zone(const Request& request) {
  return logs::LocalZone::named(request.arguments.value("assume-tz").value());
}

// Draws how far it is, and stops where nobody waits any more.
std::function<void(std::uint64_t)> watcher(const Request& request,
                                           const std::vector<std::string>& paths) {
  return [&request, total = total_bytes(paths),
          label = "import " + request.arguments.positional("FORMAT").value()](std::uint64_t bytes) {
    request.cancel.check();
    request.progress.update({.label = label,
                             .done = static_cast<std::int64_t>(bytes),
                             .total = total,
                             .unit = ProgressReport::Unit::bytes});
  };
}

std::vector<std::filesystem::path> named_files(const Request& request) {
  const auto named = request.paths.find("FILE");
  return named == request.paths.end() ? std::vector<std::filesystem::path>{} : named->second;
}

Reports import_logs(logs::Format format, const Request& request,
                    const interop::ImportTarget& target) {
  Reports reports;
  for (const ImportSet& set : import_sets(format, named_files(request), request.caller.hostname)) {
    logs::LineSource lines = logs::open_logs(set.paths);
    reports.push_back(interop::import_log(
        target, lines,
        {.format = format,
         .source = request.arguments.value("source").value_or(set.source),
         .hostname = request.arguments.value("host"),
         .reading = {.zone = assumed_zone(request), .year = first_year(request)},
         .clock = request.clock,
         .random = request.random,
         .progress = watcher(request, set.paths)}));
  }
  return reports;
}

Reports import_json_files(const Request& request, const interop::ImportTarget& target) {
  const auto files = named_files(request);
  if (files.empty()) {
    throw Error{ErrorKind::invalid_input,
                "json has no standard path: name a file",
                {.field = "FILE", .rule = "at least one file"}};
  }
  Reports reports;
  for (const std::filesystem::path& file : files) {
    const auto bytes = logs::decompressed(logs::open_file(file.string()));
    const std::string source =
        (file.parent_path() / logs::without_rotation(file.filename().string())).string();
    reports.push_back(interop::import_json(
        target, [&](char* space, std::size_t size) { return bytes->read({space, size}); },
        {.source = request.arguments.value("source").value_or(source),
         .hostname = request.arguments.value("host"),
         .zone = assumed_zone(request),
         .clock = request.clock,
         .random = request.random,
         .progress = watcher(request, {file.string()})}));
  }
  return reports;
}

}  // namespace

Answer import_history(const Request& request, const interop::ImportTarget& target) {
  const auto format = logs::parse_format(request.arguments.positional("FORMAT").value());
  const Reports reports =
      format ? import_logs(*format, request, target) : import_json_files(request, target);
  std::vector<Document> documents;
  for (const interop::ImportReport& report : reports) documents.push_back(document(report));
  Answer answer = import_answer(documents);
  for (const interop::ImportReport& report : reports) {
    answer.notes.insert(answer.notes.end(), report.notes.begin(), report.notes.end());
  }
  return answer;
}

}  // namespace shelduck::cli
