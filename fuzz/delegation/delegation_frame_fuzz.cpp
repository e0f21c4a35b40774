// Whatever comes over the socket is frames or refused, and a RUN is an order that is written back
// as it came, or refused.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/delegation/frame.hpp"
#include "shelduck/delegation/order.hpp"

namespace shelduck::delegation {
namespace {

void read_order(const Frame& frame) {
  if (frame.type != FrameType::run) return;
  const Order order = decode_order(frame.payload);
  if (encode(decode_order(encode(order))) != encode(order)) std::abort();
}

void read_frames(std::string bytes) {
  try {
    while (const auto frame = take_frame(bytes)) read_order(*frame);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) std::abort();
  }
}

}  // namespace
}  // namespace shelduck::delegation

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  shelduck::delegation::read_frames({reinterpret_cast<const char*>(data), size});
  return 0;
}
