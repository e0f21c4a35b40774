#include "shelduck/cli/output_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {

OutputFile::OutputFile(std::filesystem::path path)
    : path_(std::move(path)),
      unfinished_(path_.string() + ".unfinished-" + std::to_string(getpid())) {
  if (std::filesystem::is_directory(path_)) {
    throw Error{ErrorKind::invalid_input,
                path_.string() + " is a folder, and the output is one file",
                {.field = "--output", .value = path_.string(), .rule = "the name of a file"}};
  }
  descriptor_ = open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ >= 0) return;
  const Error cause = system_error("create", path_.string(), errno);
  throw Error{
      cause.kind(),
      cause.what(),
      {.field = "--output", .value = path_.string(), .rule = "a place that can be written"}};
}

OutputFile::~OutputFile() {
  if (descriptor_ >= 0) close(descriptor_);
  std::error_code absent_after_commit;
  std::filesystem::remove(unfinished_, absent_after_commit);
}

void OutputFile::write(std::string_view bytes) { write_all(descriptor_, bytes); }

void OutputFile::commit() {
  if (fsync(descriptor_) != 0) throw system_error("sync", unfinished_.string(), errno);
  if (rename(unfinished_.c_str(), path_.c_str()) != 0) {
    throw system_error("rename", path_.string(), errno);
  }
}

}  // namespace shelduck::cli
