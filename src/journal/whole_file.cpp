#include "shelduck/journal/whole_file.hpp"

#include "shelduck/core/error.hpp"

namespace shelduck::journal {

std::optional<std::string> read_whole(FileSystem& files, const std::string& path,
                                      std::size_t bytes_max) {
  const auto file = files.open(path, Access::read);
  if (!file) return std::nullopt;
  const std::uint64_t size = file->status().bytes;
  if (size > bytes_max) {
    throw Error{ErrorKind::corrupt,
                "'" + path + "' holds " + std::to_string(size) + " bytes, more than it ever should",
                {.field = "path", .value = path}};
  }
  std::string text(static_cast<std::size_t>(size), '\0');
  text.resize(file->read_at(0, text));
  return text;
}

void write_synced(FileSystem& files, const std::string& path, std::string_view bytes) {
  const auto file = files.create(path);
  if (!file) {
    throw Error{
        ErrorKind::conflict, "'" + path + "' is there already", {.field = "path", .value = path}};
  }
  file->write_at(0, bytes);
  file->sync_data();
}

}  // namespace shelduck::journal
