#include "shelduck/cli/destination.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {

namespace {

// The database, its journal, log, lock and backups all begin with its own name.
bool belongs_to(const std::filesystem::path& path, const std::filesystem::path& database) {
  std::error_code unknown;  // a pipe, by the name of its descriptor: no part of anything
  const std::string own = std::filesystem::weakly_canonical(database).string();
  const std::string place = std::filesystem::weakly_canonical(path, unknown).string();
  return place == own || place.starts_with(own + ".");
}

void refuse_belongings(const std::filesystem::path& path, std::string_view option,
                       const std::filesystem::path& database) {
  if (!belongs_to(path, database)) return;
  throw Error{ErrorKind::invalid_input,
              path.string() + " is the database or belongs to it",
              {.field = std::string(option),
               .value = path.string(),
               .rule = "a place that is no part of the database",
               .hint = "write it beside the database under another name"}};
}

// What the table or the notes go to cannot take rows as well: one of both would be lost.
void refuse_standard_output(const std::filesystem::path& path, std::string_view option) {
  struct stat named{};
  struct stat own{};
  if (stat(path.c_str(), &named) != 0 || fstat(STDOUT_FILENO, &own) != 0) return;
  if (named.st_dev != own.st_dev || named.st_ino != own.st_ino || S_ISCHR(own.st_mode)) return;
  throw Error{
      ErrorKind::invalid_input,
      path.string() + " is standard output",
      {.field = std::string(option),
       .value = path.string(),
       .rule = "a file of its own",
       .hint = option == "--out" ? "without --out the rows go there, as --format says" : ""}};
}

void refuse_input(const std::filesystem::path& path, std::string_view option,
                  const Request& request) {
  std::error_code absent;
  const auto input = request.paths.find("FILE");
  if (input == request.paths.end()) return;
  if (!std::filesystem::equivalent(path, input->second.front(), absent)) return;
  throw Error{ErrorKind::invalid_input,
              path.string() + " is the file that is read",
              {.field = std::string(option),
               .value = path.string(),
               .rule = "another file than the one that is read"}};
}

}  // namespace

Destination::Destination(Request& request) {
  if (takes_row_file(request, "scores")) return;
  if (takes_row_file(request, "out")) {
    request.output = [this](std::string_view bytes) { write(bytes); };
    return;
  }
  if (commands::find_option(*request.arguments.command, "output") == nullptr) {
    request.output = [this](std::string_view bytes) { write(bytes); };
    return;
  }
  const std::string format = request.arguments.value("format").value_or("json");
  const auto path = request.paths.find("output");
  if (path != request.paths.end())
    refuse_belongings(path->second.front(), "--output", request.database);
  if (format == "json") {
    if (path != request.paths.end()) file_.emplace(path->second.front(), "--output");
    request.output = [this](std::string_view bytes) { write(bytes); };
    return;
  }
  if (path == request.paths.end()) {
    throw Error{ErrorKind::invalid_input,
                "an export as " + format + " makes one file a table and needs --output",
                {.field = "--output",
                 .rule = "the name of a new folder",
                 .hint = "--output history-" + format}};
  }
  folder_.emplace(path->second.front());
  request.folder = folder_->unfinished();
  request.opening.export_directory = folder_->unfinished();
}

bool Destination::takes_row_file(Request& request, std::string_view name) {
  if (commands::find_option(*request.arguments.command, name) == nullptr) return false;
  const auto file = request.paths.find(name);
  if (file == request.paths.end()) return true;
  const std::string option = "--" + std::string(name);
  refuse_standard_output(file->second.front(), option);
  refuse_belongings(file->second.front(), option, request.database);
  refuse_input(file->second.front(), option, request);
  if (request.arguments.positional("TABLE")) {
    refuse_belongings(file->second.front(), option, request.paths.find("FILE")->second.front());
  }
  file_.emplace(file->second.front(), option);
  if (file->second.front().extension() == ".parquet") request.parquet = file_->unfinished();
  request.output = [this](std::string_view bytes) { write(bytes); };
  return true;
}

void Destination::commit() {
  if (file_) file_->commit();
  if (folder_) folder_->commit();
}

void Destination::write(std::string_view bytes) {
  if (file_) {
    file_->write(bytes);
  } else {
    write_all(STDOUT_FILENO, bytes);
  }
}

}  // namespace shelduck::cli
