#include "shelduck/cli/destination.hpp"

#include <unistd.h>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {

Destination::Destination(Request& request) {
  if (commands::find_option(*request.arguments.command, "output") == nullptr) return;
  const std::string format = request.arguments.value("format").value_or("json");
  const auto path = request.paths.find("output");
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
