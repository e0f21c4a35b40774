#include "shelduck/interop/logs/log_files.hpp"

#include <filesystem>
#include <system_error>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/standard_paths.hpp"

namespace shelduck::interop::logs {

namespace fs = std::filesystem;

std::vector<std::string> rotated_files(const std::string& path) {
  const fs::path wanted{path};
  const fs::path folder = wanted.has_parent_path() ? wanted.parent_path() : fs::path{"."};
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry{folder, error}, end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;  // a file that vanishes meanwhile is no regular file
    if (entry->is_regular_file(ignored)) names.push_back(entry->path().filename().string());
  }
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    throw system_error("reading the folder", folder.string(), error.value());
  }
  std::vector<std::string> paths;
  for (const std::string& name : rotated_set(wanted.filename().string(), names)) {
    paths.push_back((wanted.parent_path() / name).string());
  }
  if (paths.empty()) {
    throw Error{ErrorKind::not_found,
                "there is no file '" + path + "' and no rotated part of it",
                {.field = "file", .value = path, .rule = "an existing file"}};
  }
  return paths;
}

LineSource open_logs(const std::vector<std::string>& paths_oldest_first) {
  std::vector<LogPart> parts;
  parts.reserve(paths_oldest_first.size());
  for (const std::string& path : paths_oldest_first) {
    parts.push_back({.name = path, .bytes = decompressed(open_file(path))});
  }
  return LineSource{std::move(parts)};
}

}  // namespace shelduck::interop::logs
