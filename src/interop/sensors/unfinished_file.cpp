#include "shelduck/interop/sensors/unfinished_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

constexpr const char* kName = "readings.db";

void sync(const std::filesystem::path& place, int kind) {
  const int descriptor = ::open(place.c_str(), O_RDONLY | O_CLOEXEC | kind);
  if (descriptor < 0) throw system_error("open", place.string(), errno);
  const bool is_synced = ::fsync(descriptor) == 0;
  const int failure = errno;
  ::close(descriptor);
  if (!is_synced) throw system_error("fsync", place.string(), failure);
}

bool is_ours(const std::filesystem::path& folder) {
  std::error_code failure;
  if (!std::filesystem::is_directory(std::filesystem::symlink_status(folder, failure)))
    return false;
  for (const auto& entry : std::filesystem::directory_iterator(folder, failure)) {
    if (entry.path().filename() != kName) return false;
  }
  return !failure;
}

}  // namespace

UnfinishedFile::UnfinishedFile(std::filesystem::path file)
    : file_(std::move(file)), folder_(file_.string() + ".unfinished") {
  std::error_code absent;
  if (std::filesystem::exists(std::filesystem::symlink_status(folder_, absent)) &&
      !is_ours(folder_)) {
    throw Error{ErrorKind::invalid_input,
                folder_.string() +
                    " is in the way, and was not made by a rollback; nothing was "
                    "written",
                {.field = "--to",
                 .value = file_.string(),
                 .rule = "a name beside which FILE.unfinished is free",
                 .hint = "look what it is; move it away, or give another name with --to"}};
  }
  remove();
  std::error_code failure;
  std::filesystem::create_directory(folder_, failure);
  if (failure == std::errc::no_such_file_or_directory) {
    throw Error{
        ErrorKind::not_found,
        "there is no folder for " + file_.string(),
        {.field = "--to", .value = file_.string(), .rule = "a file in a folder that is there"}};
  }
  if (failure) throw system_error("mkdir", folder_.string(), failure.value());
}

UnfinishedFile::~UnfinishedFile() { remove(); }

std::filesystem::path UnfinishedFile::place() const { return folder_ / kName; }

void UnfinishedFile::remove() const {
  std::error_code ignored;  // a folder that is not empty stays
  std::filesystem::remove(place(), ignored);
  std::filesystem::remove(folder_, ignored);
}

void UnfinishedFile::put_in_place() {
  sync(place(), 0);
  if (::link(place().c_str(), file_.c_str()) != 0) {
    if (errno != EEXIST) throw system_error("link", file_.string(), errno);
    throw Error{ErrorKind::conflict,
                file_.string() + " was made by somebody else meanwhile; it was not touched"};
  }
  remove();
  const std::filesystem::path parent = file_.parent_path();
  sync(parent.empty() ? "." : parent, O_DIRECTORY);
}

}  // namespace shelduck::interop
