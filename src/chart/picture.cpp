#include "shelduck/chart/picture.hpp"

#include "shelduck/core/utf8.hpp"

namespace shelduck::chart {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";
constexpr std::size_t kNoCharacterBytes = 3;

// U+FFFE and U+FFFF.
bool is_no_character(std::string_view bytes) {
  return bytes == "\xef\xbf\xbe" || bytes == "\xef\xbf\xbf";
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

std::string showable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string shown;
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (is_no_character(std::string_view{valid}.substr(i, kNoCharacterBytes))) {
      shown += kReplacement;
      i += kNoCharacterBytes - 1;
    } else if (is_control(valid[i])) {
      shown += kReplacement;
    } else {
      shown += valid[i];
    }
  }
  return shown;
}

}  // namespace shelduck::chart
