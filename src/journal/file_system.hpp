// FileSystem is the one seam through which the journal touches files, so that a test can lose
// power, fail a sync or let another process step in between any two calls.
//
//   PosixFileSystem files;
//   const std::unique_ptr<File> file = files.create("/data/history.duckdb.journal/x.tmp");
//   file->write_at(0, header);
//   file->sync_data();
//
// Threads: a FileSystem is safe from any thread; a File belongs to one thread at a time.
// Failure: shelduck::Error of kind io, or exhausted where space or descriptors ran out. What is an
//          ordinary answer (no such file, name taken, lock held elsewhere) is a return value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::journal {

// Which file it is: two names with equal ids lead to one file. Ids of deleted files are used again.
struct FileId {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;

  auto operator<=>(const FileId&) const = default;
};

struct FileStatus {
  FileId id;
  std::uint64_t bytes = 0;
  bool is_directory = false;
};

// An open file. Destruction closes it and lets go of its lock, also when the process dies; it is
// never handed to a program that this process starts (O_CLOEXEC).
class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  virtual ~File() = default;

  // Bytes read: fewer than asked for only at the end of the file.
  virtual std::size_t read_at(std::uint64_t offset, std::span<char> into) = 0;
  // A short write throws: part of the bytes may then be in the file.
  virtual void write_at(std::uint64_t offset, std::string_view bytes) = 0;
  // Data and size are on the disk afterwards (fdatasync). Never call it again after a failure: the
  // kernel forgets which pages it could not write.
  virtual void sync_data() = 0;
  // Exclusive, against every other File of any process, without waiting. False: another holds it.
  virtual bool try_lock() = 0;
  virtual void unlock() = 0;
  virtual FileStatus status() = 0;
};

enum class Access { read, write };

class FileSystem {
 public:
  FileSystem() = default;
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  virtual ~FileSystem() = default;

  // Null when there is no file of that name.
  virtual std::unique_ptr<File> open(const std::string& path, Access access) = 0;
  // A new empty file, mode 0600; null when the name is taken.
  virtual std::unique_ptr<File> create(const std::string& path) = 0;
  // None when the name leads nowhere. Follows symbolic links.
  virtual std::optional<FileStatus> status(const std::string& path) = 0;
  // Replaces a file of the new name. Where both names lead to one file the old name goes.
  virtual void rename(const std::string& from, const std::string& to) = 0;
  // As rename, but false, and nothing done, when the new name is taken.
  virtual bool rename_new(const std::string& from, const std::string& to) = 0;
  // False when there was no file of that name.
  virtual bool remove(const std::string& path) = 0;
  // Names without the folder, in no order; empty when there is no such folder.
  virtual std::vector<std::string> list(const std::string& directory) = 0;
  // Mode 0700; false when the name is taken. The parent must exist.
  virtual bool make_directory(const std::string& path) = 0;
  // Names made, changed or removed in the folder are on the disk afterwards.
  virtual void sync_directory(const std::string& path) = 0;
  // Bytes that this user may still write on the file system of `path`.
  virtual std::uint64_t free_bytes(const std::string& path) = 0;
  // Of the calling process: a forked copy gets another one.
  virtual std::int64_t process_id() = 0;
};

// The folder part of a path: "." where it has none.
[[nodiscard]] std::string parent_of(std::string_view path);

// The path without symbolic links, "." and "..", so that every process finds the same journal; the
// last part need not exist. Looks at the real file system.
[[nodiscard]] std::string canonical_path(const std::string& path);

// The real one. New files and folders belong to the owner of their folder when root makes them.
class PosixFileSystem final : public FileSystem {
 public:
  std::unique_ptr<File> open(const std::string& path, Access access) override;
  std::unique_ptr<File> create(const std::string& path) override;
  std::optional<FileStatus> status(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool rename_new(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool make_directory(const std::string& path) override;
  void sync_directory(const std::string& path) override;
  std::uint64_t free_bytes(const std::string& path) override;
  std::int64_t process_id() override;
};

}  // namespace shelduck::journal
