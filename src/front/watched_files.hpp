// WatchedFiles is the real file system, and tells when the first write of a journal segment has
// reached the kernel and only the sync is left. From then on the record survives the end of this
// process, so that is when `exec` may start its child.
//
// Threads: as FileSystem. The callback comes from the thread that commits, before its sync.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "shelduck/journal/file_system.hpp"

namespace shelduck::front {

class WatchedFiles final : public journal::FileSystem {
 public:
  // `frames_written` is called before each sync of a segment, headers of new ones left out.
  explicit WatchedFiles(std::function<void()> frames_written);

  std::unique_ptr<journal::File> open(const std::string& path, journal::Access access) override;
  std::unique_ptr<journal::File> create(const std::string& path) override;
  std::optional<journal::FileStatus> status(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool rename_new(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool make_directory(const std::string& path) override;
  void sync_directory(const std::string& path) override;
  std::uint64_t free_bytes(const std::string& path) override;
  std::int64_t process_id() override;

 private:
  std::function<void()> frames_written_;
  journal::PosixFileSystem real_;
};

}  // namespace shelduck::front
