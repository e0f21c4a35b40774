#include "shelduck/journal/owner_note.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <sstream>

namespace shelduck::journal {

std::string lock_path(const std::string& database) { return database + ".lock"; }

std::string owner_note_text(const OwnerNote& note) {
  std::string text = "process " + std::to_string(note.process) + "\nversion " + note.version + "\n";
  if (!note.socket.empty()) text += "socket " + note.socket + "\n";
  return text;
}

std::optional<OwnerNote> read_owner_note(const std::string& database) {
  const int descriptor = ::open(lock_path(database).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  std::array<char, 4096> buffer{};
  const ssize_t size = ::read(descriptor, buffer.data(), buffer.size());
  ::close(descriptor);
  if (size <= 0) return std::nullopt;
  OwnerNote note;
  std::istringstream lines{std::string(buffer.data(), static_cast<std::size_t>(size))};
  for (std::string word; lines >> word;) {
    if (word == "process") lines >> note.process;
    if (word == "version") lines >> note.version;
    if (word == "socket") std::getline(lines >> std::ws, note.socket);
  }
  return note;
}

}  // namespace shelduck::journal
