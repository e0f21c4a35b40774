// OutputFolder is a new folder that has its name only when everything is in it: it is made beside
// its place under a temporary name and renamed by commit(); without that the destructor removes it.
//
// Failure: Error(invalid_input) where something of the name is there already, Error(io).
// Threads: one.
#pragma once

#include <filesystem>

namespace shelduck::cli {

class OutputFolder {
 public:
  explicit OutputFolder(std::filesystem::path path);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // Where to write until commit().
  [[nodiscard]] const std::filesystem::path& unfinished() const noexcept { return unfinished_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path unfinished_;
};

}  // namespace shelduck::cli
