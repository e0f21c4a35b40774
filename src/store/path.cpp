#include "shelduck/store/path.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"

namespace shelduck::store::detail {

namespace {

class Descriptor {
 public:
  Descriptor(const std::filesystem::path& path, int flags) {
    constexpr mode_t kMode = 0600;
    value_ = ::open(path.c_str(), flags | O_CLOEXEC, kMode);
    if (value_ < 0) throw system_error("open", path.string(), errno);
  }
  ~Descriptor() { ::close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int get() const noexcept { return value_; }

 private:
  int value_ = -1;
};

}  // namespace

void sync_directory(const std::filesystem::path& folder) {
  const Descriptor descriptor{folder, O_RDONLY | O_DIRECTORY};
  if (::fsync(descriptor.get()) != 0) throw system_error("fsync", folder.string(), errno);
}

void sync_file(const std::filesystem::path& file) {
  const Descriptor descriptor{file, O_RDONLY};
  if (::fsync(descriptor.get()) != 0) throw system_error("fsync", file.string(), errno);
}

void write_durably(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path temporary = file.string() + ".tmp";
  {
    const Descriptor descriptor{temporary, O_WRONLY | O_CREAT | O_TRUNC};
    while (!content.empty()) {
      const ssize_t written = ::write(descriptor.get(), content.data(), content.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) throw system_error("write", temporary.string(), errno);
      content.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(descriptor.get()) != 0) throw system_error("fsync", temporary.string(), errno);
  }
  rename_durably(temporary, file);
}

void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (std::rename(from.c_str(), to.c_str()) != 0) {
    throw system_error("rename", from.string() + " to " + to.string(), errno);
  }
  sync_directory(folder_of(to));
  if (folder_of(from) != folder_of(to)) sync_directory(folder_of(from));
}

void move_logs(const std::filesystem::path& database, const std::filesystem::path& to) {
  const auto from = log_paths(database);
  const auto places = log_paths(to);
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (std::filesystem::exists(from[i])) rename_durably(from[i], places[i]);
  }
}

void copy_plain_file(const std::filesystem::path& from, const std::filesystem::path& to) {
  std::error_code failure;
  std::filesystem::copy_file(from, to, failure);
  if (failure) throw system_error("copy", from.string() + " to " + to.string(), failure.value());
}

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
}

std::filesystem::path free_name(const std::filesystem::path& path, std::string_view word) {
  const std::string base = path.string() + "." + std::string(word);
  std::filesystem::path name = base;
  for (int number = 2; std::filesystem::exists(std::filesystem::symlink_status(name)); ++number) {
    name = base + "-" + std::to_string(number);
  }
  return name;
}

void make_folder(const std::filesystem::path& folder) {
  constexpr mode_t kPrivate = 0700;
  if (std::filesystem::is_directory(folder)) return;
  make_folder(folder_of(folder));
  if (::mkdir(folder.c_str(), kPrivate) != 0 && errno != EEXIST) {
    throw system_error("mkdir", folder.string(), errno);
  }
  adopt_folder_owner(folder);
}

void adopt_folder_owner(const std::filesystem::path& path) noexcept {
  struct stat folder{};
  if (::geteuid() != 0 || ::stat(folder_of(path).c_str(), &folder) != 0) return;
  if (folder.st_uid == 0) return;
  [[maybe_unused]] const int failed = ::chown(path.c_str(), folder.st_uid, folder.st_gid);
}

}  // namespace shelduck::store::detail
