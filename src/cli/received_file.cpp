#include "shelduck/cli/received_file.hpp"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::cli {
namespace {

// Between two looks at whether anybody still waits.
constexpr std::size_t kSliceBytes = 8UL << 20U;

void require_file_name(std::string_view name) {
  constexpr std::string_view kNoPartOfAName{"/\0", 2};
  const bool is_name = !name.empty() && name != "." && name != ".." &&
                       name.find_first_of(kNoPartOfAName) == std::string_view::npos;
  if (is_name) return;
  throw Error{ErrorKind::invalid_input,
              "the server sent a file under a name that is none",
              {.field = "file", .value = std::string(name), .rule = "a name in a folder"}};
}

std::int64_t bytes_of(const delegation::OpenFile& file) {
  struct stat found{};
  return ::fstat(file.get(), &found) == 0 ? found.st_size : 0;
}

delegation::OpenFile create(const std::filesystem::path& path) {
  const int descriptor =
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (descriptor < 0) throw system_error("create", path.string(), errno);
  return delegation::OpenFile{descriptor};
}

}  // namespace

void receive_file(std::string_view name, const delegation::OpenFile& file,
                  const std::filesystem::path& folder, const Request& request) {
  require_file_name(name);
  const std::filesystem::path path = folder / name;
  const delegation::OpenFile made = create(path);
  const std::int64_t total = bytes_of(file);
  std::int64_t done = 0;
  while (true) {
    request.cancel.check();
    const ssize_t size = ::sendfile(made.get(), file.get(), nullptr, kSliceBytes);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw system_error("write", path.string(), errno);
    if (size == 0) break;
    done += size;
    request.progress.update(
        {.label = name, .done = done, .total = total, .unit = ProgressReport::Unit::bytes});
  }
  if (::fsync(made.get()) != 0) throw system_error("sync", path.string(), errno);
}

}  // namespace shelduck::cli
