// Whatever comes as a target means one path or none: what is read holds no segment that leads
// elsewhere, and is made of UTF-8 without control characters.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"
#include "shelduck/http/target.hpp"

namespace shelduck::http {
namespace {

void require_clean(const std::string& text) {
  const auto is_control = [](char letter) { return static_cast<unsigned char>(letter) < 0x20U; };
  if (!is_valid_utf8(text) || std::ranges::any_of(text, is_control)) std::abort();
}

void read_target(std::string_view bytes) {
  if (bytes.ends_with('\n')) bytes.remove_suffix(1);  // a file of the corpus ends its line
  try {
    const Target target = parse_target(bytes);
    require_clean(target.path);
    const std::string closed = target.path + "/";
    if (target.path.front() != '/' || closed.find("/../") != std::string::npos ||
        closed.find("/./") != std::string::npos) {
      std::abort();
    }
    for (const Field& field : target.query) {
      require_clean(field.first);
      require_clean(field.second);
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input || error.detail().rule.empty()) std::abort();
  }
}

}  // namespace
}  // namespace shelduck::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::http::read_target({reinterpret_cast<const char*>(data), size});
  return 0;
}
