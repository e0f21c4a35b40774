#include "shelduck/interop/spill_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

int open_nameless(const std::filesystem::path& folder) {
  std::string name = (folder / "shelduck-spill-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) {
    const Error cause = system_error("create a file in", folder.string(), errno);
    throw Error{cause.kind(),
                cause.what(),
                {.field = "TMPDIR",
                 .value = folder.string(),
                 .rule = "a folder in which files can be made"}};
  }
  ::unlink(name.c_str());
  return descriptor;
}

std::string called(const std::filesystem::path& folder) {
  return "a temporary file in " + folder.string();
}

}  // namespace

SpillFile::SpillFile(std::filesystem::path folder) : folder_(std::move(folder)) {
  const int descriptor = open_nameless(folder_);
  file_.reset(::fdopen(descriptor, "w+b"));
  if (file_) return;
  const int reason = errno;
  ::close(descriptor);
  throw system_error("fdopen", folder_.string(), reason);
}

void SpillFile::put(std::uint64_t number) { write(&number, sizeof number); }

void SpillFile::put(std::string_view text) {
  put(std::uint64_t{text.size()});
  write(text.data(), text.size());
}

void SpillFile::put(const std::vector<double>& numbers) {
  put(std::uint64_t{numbers.size()});
  write(numbers.data(), numbers.size() * sizeof(double));
}

void SpillFile::rewind() {
  if (std::fflush(file_.get()) != 0) throw system_error("write", called(folder_), errno);
  if (std::fseek(file_.get(), 0, SEEK_SET) != 0) throw system_error("seek", called(folder_), errno);
}

std::uint64_t SpillFile::number() {
  std::uint64_t number = 0;
  read(&number, sizeof number);
  return number;
}

std::string SpillFile::text() {
  std::string text(number(), '\0');
  read(text.data(), text.size());
  return text;
}

std::vector<double> SpillFile::numbers() {
  std::vector<double> numbers(number());
  read(numbers.data(), numbers.size() * sizeof(double));
  return numbers;
}

void SpillFile::write(const void* bytes, std::size_t size) {
  if (size > 0 && std::fwrite(bytes, 1, size, file_.get()) != size) {
    throw system_error("write", called(folder_), errno);
  }
}

void SpillFile::read(void* bytes, std::size_t size) {
  if (size == 0 || std::fread(bytes, 1, size, file_.get()) == size) return;
  if (std::ferror(file_.get()) != 0) throw system_error("read", called(folder_), errno);
  throw Error{ErrorKind::bug, "more was read back than was put aside"};
}

}  // namespace shelduck::interop
