// OutputFile is a file that has its name only when it is whole: it is written beside its place
// under a temporary name and renamed by commit(); without that the destructor removes it. A link
// leads to the file that is replaced, and a replaced file keeps its mode.
//
// Failure: Error invalid_input that names `option` for what is there and no file, io or exhausted
// that name the file. Threads: one.
#pragma once

#include <filesystem>
#include <string_view>

namespace shelduck::cli {

class OutputFile {
 public:
  OutputFile(const std::filesystem::path& path, std::string_view option);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::string_view bytes);
  void commit();

  // Where it is before that, for those who write it by themselves; it exists.
  [[nodiscard]] const std::filesystem::path& unfinished() const noexcept { return unfinished_; }

 private:
  std::filesystem::path path_;
  std::filesystem::path unfinished_;
  int descriptor_ = -1;
};

}  // namespace shelduck::cli
