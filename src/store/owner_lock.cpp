#include "shelduck/store/owner_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/path.hpp"

namespace shelduck::store {

namespace {

constexpr mode_t kOwnerMode = 0600;

bool leads_to(const std::filesystem::path& path, int descriptor) {
  struct stat by_name{};
  struct stat held{};
  return ::stat(path.c_str(), &by_name) == 0 && ::fstat(descriptor, &held) == 0 &&
         by_name.st_dev == held.st_dev && by_name.st_ino == held.st_ino;
}

}  // namespace

Error no_access(const std::filesystem::path& database, const Error& cause) {
  return Error{cause.kind(),
               "database " + database.string() + " is read-only for this user: " + cause.what(),
               {.field = "path",
                .value = database.string(),
                .rule = "who asks also applies the records that wait beside the database",
                .hint = "ask as its owner, or take the folder into one that you may write"}};
}

std::filesystem::path lock_path(const std::filesystem::path& database) {
  return journal::lock_path(database.string());
}

std::optional<OwnerLock> OwnerLock::try_take(const std::filesystem::path& database,
                                             const std::string& socket) {
  const std::filesystem::path path = lock_path(database);
  for (;;) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerMode);
    if (descriptor < 0) {
      const bool is_refused = errno == EACCES || errno == EROFS || errno == EPERM;
      const Error cause = system_error("open", path.string(), errno);
      throw is_refused ? no_access(database, cause) : cause;
    }
    OwnerLock lock{descriptor, path};
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::nullopt;
      if (errno == EINTR) continue;
      throw system_error("flock", path.string(), errno);
    }
    if (!leads_to(path, descriptor)) continue;
    detail::adopt_folder_owner(path);
    lock.write_note(socket);
    return lock;
  }
}

std::optional<OwnerLock> OwnerLock::try_share(const std::filesystem::path& database) {
  const std::filesystem::path path = lock_path(database);
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
  if (descriptor < 0) throw system_error("open", path.string(), errno);
  OwnerLock lock{descriptor, path};
  if (::flock(descriptor, LOCK_SH | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK || errno == EINTR) return std::nullopt;
  throw system_error("flock", path.string(), errno);
}

OwnerLock::OwnerLock(int descriptor, std::filesystem::path path)
    : descriptor_(descriptor), path_(std::move(path)) {}

OwnerLock::OwnerLock(OwnerLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

OwnerLock& OwnerLock::operator=(OwnerLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

OwnerLock::~OwnerLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void OwnerLock::write_note(const std::string& socket) {
  std::string text = journal::owner_note_text(
      {.process = ::getpid(), .version = SHELDUCK_VERSION, .socket = socket});
  const std::size_t size = text.size();
  struct stat before{};
  if (::fstat(descriptor_, &before) == 0 && std::cmp_greater(before.st_size, size)) {
    text.resize(static_cast<std::size_t>(before.st_size), '\n');
  }
  // One write over all that stood there: who reads meanwhile finds one note or the other, and never
  // none. It is for people and for finding a socket; the lock itself does not depend on it, so a
  // full disk is no reason to fail here.
  if (::pwrite(descriptor_, text.data(), text.size(), 0) < 0) return;
  [[maybe_unused]] const int cut = ::ftruncate(descriptor_, static_cast<off_t>(size));
}

std::string describe_owner(const std::filesystem::path& database) {
  const std::optional<OwnerNote> note = journal::read_owner_note(database.string());
  const std::string who = note && note->process > 0 ? "process " + std::to_string(note->process) +
                                                          " (shelduck " + note->version + ")"
                                                    : "another process";
  return "busy: " + who + " owns " + database.string();
}

}  // namespace shelduck::store
