#include "shelduck/cli/output_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shelduck/cli/descriptor.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::cli {

namespace {

// Where a link leads; the path itself where nothing is there yet.
std::filesystem::path target_of(const std::filesystem::path& path) {
  std::error_code absent;
  const auto target = std::filesystem::canonical(path, absent);
  return absent ? path : target;
}

void refuse_what_is_no_file(const std::filesystem::path& path, std::string_view option) {
  if (!std::filesystem::exists(path) || std::filesystem::is_regular_file(path)) return;
  throw Error{ErrorKind::invalid_input,
              path.string() + " is there and is no file that could be replaced",
              {.field = std::string(option),
               .value = path.string(),
               .rule = "the name of a file, there already or new"}};
}

}  // namespace

OutputFile::OutputFile(const std::filesystem::path& path, std::string_view option)
    : path_(target_of(path)),
      unfinished_(path_.string() + ".unfinished-" + std::to_string(getpid())) {
  refuse_what_is_no_file(path, option);
  descriptor_ = open(unfinished_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) {
    const Error cause = system_error("create", path.string(), errno);
    throw Error{cause.kind(),
                cause.what(),
                {.field = std::string(option),
                 .value = path.string(),
                 .rule = "a place that can be written"}};
  }
  struct stat replaced{};
  if (stat(path_.c_str(), &replaced) == 0) fchmod(descriptor_, replaced.st_mode & 07777);
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
