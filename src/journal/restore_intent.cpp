#include "shelduck/journal/restore_intent.hpp"

#include <charconv>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/crc32c.hpp"
#include "shelduck/journal/segment_file.hpp"
#include "shelduck/journal/whole_file.hpp"

namespace shelduck::journal {

namespace {

constexpr std::size_t kIntentBytesMax = 1U << 20;
constexpr std::string_view kFirstWord = "shelduck restore 1 ";

Error damaged_intent(const std::string& path) {
  return {ErrorKind::corrupt,
          "restore intent '" + path + "' is damaged: what it planned is unknown",
          {.field = "path", .value = path, .hint = "see db restore in docs/operations.md"}};
}

Error busy(const std::string& path) {
  return {ErrorKind::busy,
          "segment '" + path + "' is being written",
          {.field = "path", .value = path, .hint = "wait for the running exec, then try again"}};
}

}  // namespace

std::string intent_path(std::string_view database) { return std::string(database) + ".restore"; }

bool intent_stands(FileSystem& files, const std::string& database) {
  return files.status(intent_path(database)).has_value();
}

void write_intent(FileSystem& files, const std::string& database, std::string_view text) {
  const std::string path = intent_path(database);
  const std::string unfinished = path + ".new";
  files.remove(unfinished);
  std::string content(kFirstWord);
  content += std::to_string(crc32c(text)) + "\n";
  content += text;
  write_synced(files, unfinished, content);
  files.rename(unfinished, path);
  files.sync_directory(parent_of(path));
}

std::optional<std::string> read_intent(FileSystem& files, const std::string& database) {
  const std::string path = intent_path(database);
  auto content = read_whole(files, path, kIntentBytesMax + 64);
  if (!content) return std::nullopt;
  const std::size_t line = content->find('\n');
  if (!content->starts_with(kFirstWord) || line == std::string::npos) throw damaged_intent(path);
  std::uint32_t check = 0;
  std::from_chars(content->data() + kFirstWord.size(), content->data() + line, check);
  content->erase(0, line + 1);
  if (crc32c(*content) != check) throw damaged_intent(path);
  return content;
}

void remove_intent(FileSystem& files, const std::string& database) {
  const std::string path = intent_path(database);
  files.remove(path);
  files.sync_directory(parent_of(path));
}

std::vector<std::unique_ptr<File>> lock_every_segment(FileSystem& files,
                                                      const std::string& directory) {
  std::vector<std::unique_ptr<File>> locks;
  for (const SegmentFile& segment : list_segments(files, directory)) {
    auto file = files.open(segment.path, Access::read);
    // Gone since the listing: its writer was just giving it its name, and holds the lock.
    if (!file || !file->try_lock()) throw busy(segment.path);
    locks.push_back(std::move(file));
  }
  return locks;
}

}  // namespace shelduck::journal
