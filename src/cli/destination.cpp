#include "shelduck/cli/destination.hpp"

#include <unistd.h>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {

namespace {

// The database, its journal, log, lock and backups all begin with its own name.
void refuse_belongings(const std::filesystem::path& path, const std::filesystem::path& database) {
  const std::string own = std::filesystem::weakly_canonical(database).string();
  const std::string place = std::filesystem::weakly_canonical(path).string();
  const bool is_own = place == own || place.starts_with(own + ".");
  if (!is_own) return;
  throw Error{ErrorKind::invalid_input,
              path.string() + " is the database or belongs to it",
              {.field = "--output",
               .value = path.string(),
               .rule = "a place that is no part of the database",
               .hint = "write the export beside it under another name"}};
}

}  // namespace

Destination::Destination(Request& request) {
  if (commands::find_option(*request.arguments.command, "out") != nullptr) {
    const auto file = request.paths.find("out");
    if (file != request.paths.end()) file_.emplace(file->second.front());
    request.output = [this](std::string_view bytes) { write(bytes); };
    return;
  }
  if (commands::find_option(*request.arguments.command, "output") == nullptr) return;
  const std::string format = request.arguments.value("format").value_or("json");
  const auto path = request.paths.find("output");
  if (path != request.paths.end()) refuse_belongings(path->second.front(), request.database);
  if (format == "json") {
    if (path != request.paths.end()) file_.emplace(path->second.front());
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
