#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal {

namespace {

FileStatus to_status(const struct stat& found) {
  return {
      .id = {static_cast<std::uint64_t>(found.st_dev), static_cast<std::uint64_t>(found.st_ino)},
      .bytes = static_cast<std::uint64_t>(found.st_size),
      .is_directory = S_ISDIR(found.st_mode)};
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;
  ~PosixFile() override { ::close(descriptor_); }

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = ::pread(descriptor_, into.data() + done, into.size() - done,
                                  static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) throw system_error("read", path_, errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  void write_at(std::uint64_t offset, std::string_view bytes) override {
    ssize_t written = -1;
    do {
      written = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    } while (written < 0 && errno == EINTR);
    if (written < 0) throw system_error("write", path_, errno);
    if (static_cast<std::size_t>(written) == bytes.size()) return;
    throw Error{ErrorKind::exhausted,
                "write to '" + path_ + "' stopped after " + std::to_string(written) + " of " +
                    std::to_string(bytes.size()) + " bytes",
                {.field = "path", .value = path_, .hint = "make room on the disk"}};
  }

  void sync_data() override {
    if (::fdatasync(descriptor_) != 0) throw system_error("fdatasync", path_, errno);
  }

  // Of the open file, not of the process: two openings in one process exclude each other, and the
  // lock lives until the last copy of the descriptor is closed.
  bool try_lock() override {
    while (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return false;
      if (errno != EINTR) throw system_error("flock", path_, errno);
    }
    return true;
  }

  void unlock() override {
    if (::flock(descriptor_, LOCK_UN) != 0) throw system_error("flock", path_, errno);
  }

  FileStatus status() override {
    struct stat found{};
    if (::fstat(descriptor_, &found) != 0) throw system_error("fstat", path_, errno);
    return to_status(found);
  }

  // Root that records for a user leaves nothing behind that the user could not read.
  void give_to_owner_of(const std::string& directory) const {
    struct stat parent{};
    if (::geteuid() != 0 || ::stat(directory.c_str(), &parent) != 0 || parent.st_uid == 0) return;
    if (::fchown(descriptor_, parent.st_uid, parent.st_gid) != 0) {
      throw system_error("fchown", path_, errno);
    }
  }

 private:
  int descriptor_;
  std::string path_;
};

int open_retrying(const std::string& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0600);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

}  // namespace

std::string parent_of(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(path.substr(0, slash == 0 ? 1 : slash));
}

std::string canonical_path(const std::string& path) {
  std::error_code failure;
  const std::filesystem::path found = std::filesystem::weakly_canonical(path, failure);
  if (failure) throw system_error("realpath", path, failure.value());
  return found.is_absolute() ? found.string() : std::filesystem::absolute(found).string();
}

std::unique_ptr<File> PosixFileSystem::open(const std::string& path, Access access) {
  const int descriptor = open_retrying(path, access == Access::read ? O_RDONLY : O_RDWR);
  if (descriptor >= 0) return std::make_unique<PosixFile>(descriptor, path);
  if (errno == ENOENT || errno == ENOTDIR) return nullptr;
  throw system_error("open", path, errno);
}

std::unique_ptr<File> PosixFileSystem::create(const std::string& path) {
  const int descriptor = open_retrying(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW);
  if (descriptor < 0 && errno == EEXIST) return nullptr;
  if (descriptor < 0) throw system_error("create", path, errno);
  auto file = std::make_unique<PosixFile>(descriptor, path);
  file->give_to_owner_of(parent_of(path));
  return file;
}

std::optional<FileStatus> PosixFileSystem::status(const std::string& path) {
  struct stat found{};
  if (::stat(path.c_str(), &found) == 0) return to_status(found);
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  throw system_error("stat", path, errno);
}

void PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) throw system_error("rename", from, errno);
  // rename() between two names of one file does nothing and reports success.
  const auto left = status(from);
  const auto arrived = status(to);
  if (left && arrived && left->id == arrived->id) remove(from);
}

bool PosixFileSystem::rename_new(const std::string& from, const std::string& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  if (errno != EINVAL && errno != ENOSYS) throw system_error("rename", from, errno);
  // This file system cannot do it in one step.
  if (::link(from.c_str(), to.c_str()) != 0) {
    if (errno == EEXIST) return false;
    throw system_error("link", from, errno);
  }
  remove(from);
  return true;
}

bool PosixFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) == 0) return true;
  if (errno == ENOENT || errno == ENOTDIR) return false;
  throw system_error("unlink", path, errno);
}

std::vector<std::string> PosixFileSystem::list(const std::string& directory) {
  std::error_code failure;
  std::vector<std::string> names;
  std::filesystem::directory_iterator entry(directory, failure);
  const std::filesystem::directory_iterator end;
  while (!failure && entry != end) {
    names.push_back(entry->path().filename().string());
    entry.increment(failure);
  }
  if (failure == std::errc::no_such_file_or_directory) return {};
  if (failure) throw system_error("readdir", directory, failure.value());
  return names;
}

bool PosixFileSystem::make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0700) != 0) {
    if (errno == EEXIST) return false;
    throw system_error("mkdir", path, errno);
  }
  struct stat parent{};
  if (::geteuid() == 0 && ::stat(parent_of(path).c_str(), &parent) == 0 && parent.st_uid != 0 &&
      ::lchown(path.c_str(), parent.st_uid, parent.st_gid) != 0) {
    throw system_error("chown", path, errno);
  }
  return true;
}

void PosixFileSystem::sync_directory(const std::string& path) {
  const int descriptor = open_retrying(path, O_RDONLY | O_DIRECTORY);
  if (descriptor < 0) throw system_error("open", path, errno);
  const int outcome = ::fsync(descriptor);
  const int reason = errno;
  ::close(descriptor);
  if (outcome != 0) throw system_error("fsync", path, reason);
}

std::uint64_t PosixFileSystem::free_bytes(const std::string& path) {
  struct statvfs found{};
  if (::statvfs(path.c_str(), &found) != 0) throw system_error("statvfs", path, errno);
  return static_cast<std::uint64_t>(found.f_bavail) * found.f_frsize;
}

std::int64_t PosixFileSystem::process_id() { return ::getpid(); }

}  // namespace shelduck::journal
