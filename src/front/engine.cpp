#include "shelduck/front/engine.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <system_error>

#include "shelduck/core/error.hpp"

namespace shelduck::front {
namespace {

std::filesystem::path own_folder() {
  std::array<char, PATH_MAX> buffer{};
  const ssize_t length = readlink("/proc/self/exe", buffer.data(), buffer.size());
  if (length <= 0) throw system_error("readlink", "/proc/self/exe", errno);
  return std::filesystem::path{std::string{buffer.data(), static_cast<std::size_t>(length)}}
      .parent_path();
}

}  // namespace

void become_engine(char* const* arguments, const commands::Environment& environment) {
  const auto named = environment("SHELDUCK_ENGINE");
  const std::filesystem::path engine =
      named ? std::filesystem::path{*named}
            : own_folder().parent_path() / "libexec" / "shelduck" / "engine";
  execv(engine.c_str(), arguments);
  throw Error{ErrorKind::io,
              "the engine of shelduck cannot be started: " + engine.string() + ": " +
                  std::generic_category().message(errno),
              {.field = "engine",
               .value = engine.string(),
               .rule = "an executable file",
               .hint = "install shelduck as a whole: bin/shelduck needs libexec/shelduck/engine"}};
}

}  // namespace shelduck::front
