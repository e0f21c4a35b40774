// Whatever comes as gzip is decoded within its limits or refused; what is coded here comes back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "shelduck/http/coding.hpp"

namespace shelduck::http {
namespace {

constexpr DecodingLimits kLimits{.bytes = 1UL << 20U, .ratio = 100, .ratio_free = 4096};

void require(bool holds) {
  if (!holds) std::abort();
}

void read_bytes(std::string_view bytes) {
  try {
    const std::string plain = gunzip(bytes, kLimits);
    require(plain.size() <= kLimits.bytes);
    require(plain.size() <= kLimits.ratio_free || plain.size() <= kLimits.ratio * bytes.size());
  } catch (const Refusal& refusal) {
    require(refusal.status() == 400 || refusal.status() == 413);
  }
  require(gunzip(gzip(bytes), {.bytes = bytes.size(), .ratio = 1UL << 20U}) == bytes);
}

}  // namespace
}  // namespace shelduck::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::http::read_bytes({reinterpret_cast<const char*>(data), size});
  return 0;
}
