// SpillFolder is where an engine without a place of its own puts aside what its memory does not
// hold: a new folder in the one for temporary files, which goes when the engine has closed.
//
//   SpillFolder folder{"/tmp"};
//   folder.path()                     // /tmp/shelduck-engine-x7Qf2a, locked
//
// A process that is killed cannot remove its own. So the folder itself is locked as long as its
// process lives, and whoever makes the next one removes those of the same user that nobody holds.
// Failure: the constructor throws Error io or exhausted that names TMPDIR; what cannot be removed
// stays. Threads: one.
#pragma once

#include <filesystem>

namespace shelduck::store::detail {

class SpillFolder {
 public:
  explicit SpillFolder(const std::filesystem::path& parent);
  ~SpillFolder();
  SpillFolder(const SpillFolder&) = delete;
  SpillFolder& operator=(const SpillFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace shelduck::store::detail
