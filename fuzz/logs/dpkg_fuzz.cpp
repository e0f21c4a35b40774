#include "log_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return shelduck::fuzz::read_log_bytes(shelduck::interop::logs::Format::dpkg, data, size);
}
