#include "shelduck/store/spill_folder.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {
namespace {

constexpr std::string_view kSpillPrefix = "shelduck-engine-";

int folder_opened(const std::filesystem::path& path) {
  return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

bool is_locked_now(int folder) { return ::flock(folder, LOCK_EX | LOCK_NB) == 0; }

void remove_if_left(const std::filesystem::path& path) {
  const int folder = folder_opened(path);
  if (folder < 0) return;
  struct stat status{};
  const bool is_of_user = ::fstat(folder, &status) == 0 && status.st_uid == ::geteuid();
  std::error_code stays;
  if (is_of_user && is_locked_now(folder)) std::filesystem::remove_all(path, stays);
  ::close(folder);
}

void remove_those_of_the_dead(const std::filesystem::path& parent) {
  std::error_code unreadable;  // then what lies there stays there
  std::filesystem::directory_iterator entry{parent, unreadable};
  for (; !unreadable && entry != std::filesystem::directory_iterator{};
       entry.increment(unreadable)) {
    if (entry->path().filename().string().starts_with(kSpillPrefix)) remove_if_left(entry->path());
  }
}

Error no_folder_in(const std::filesystem::path& parent, int reason) {
  const Error cause = system_error("create a folder in", parent.string(), reason);
  return Error{
      cause.kind(),
      cause.what(),
      {.field = "TMPDIR", .value = parent.string(), .rule = "a folder in which files can be made"}};
}

// Whether a new folder is ours for good: between making and locking it another process may have
// taken it for one of the dead. A file system without locks has no such process.
bool is_ours_for_good(int folder) {
  if (folder < 0 || (!is_locked_now(folder) && errno == EWOULDBLOCK)) return false;
  struct stat status{};
  return ::fstat(folder, &status) == 0 && status.st_nlink > 0;
}

}  // namespace

SpillFolder::SpillFolder(const std::filesystem::path& parent) {
  remove_those_of_the_dead(parent);
  while (true) {
    std::string name = (parent / kSpillPrefix).string() + "XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) throw no_folder_in(parent, errno);
    path_ = name;
    lock_ = folder_opened(path_);
    if (lock_ < 0 && errno != ENOENT) throw no_folder_in(parent, errno);
    if (is_ours_for_good(lock_)) return;
    if (lock_ >= 0) ::close(lock_);
  }
}

SpillFolder::~SpillFolder() {
  std::error_code left_to_the_next_one;
  std::filesystem::remove_all(path_, left_to_the_next_one);
  ::close(lock_);
}

}  // namespace shelduck::store::detail
