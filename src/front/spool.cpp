#include "shelduck/front/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::front {

void spool(const std::filesystem::path& folder, const Document& line) {
  commands::make_private_folders(folder);
  const std::filesystem::path path = folder / "unrecorded.jsonl";
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) throw system_error("open", path.string(), errno);
  const std::string text = to_json(line) + "\n";
  // One write: lines of several processes do not mix (O_APPEND).
  const ssize_t written = write(file, text.data(), text.size());
  const int reason = errno;
  close(file);
  if (written < 0) throw system_error("write", path.string(), reason);
  commands::adopt_folder_owner(path);
}

}  // namespace shelduck::front
