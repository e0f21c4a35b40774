#include "shelduck/cli/output_folder.hpp"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {

OutputFolder::OutputFolder(std::filesystem::path path)
    : path_(std::move(path)),
      unfinished_(path_.string() + ".unfinished-" + std::to_string(getpid())) {
  if (std::filesystem::exists(path_)) {
    throw Error{ErrorKind::invalid_input,
                path_.string() + " is there already, and nothing in it was touched",
                {.field = "--output", .value = path_.string(), .rule = "a folder not yet there"}};
  }
  if (mkdir(unfinished_.c_str(), 0777) != 0) {
    throw system_error("mkdir", unfinished_.string(), errno);
  }
}

OutputFolder::~OutputFolder() {
  std::error_code absent_after_commit;
  std::filesystem::remove_all(unfinished_, absent_after_commit);
}

void OutputFolder::commit() {
  if (rename(unfinished_.c_str(), path_.c_str()) != 0) {
    throw system_error("rename", path_.string(), errno);
  }
}

}  // namespace shelduck::cli
