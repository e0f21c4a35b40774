#include "shelduck/chart/lettering.hpp"

#include <utility>

#include "shelduck/core/utf8.hpp"

namespace shelduck::chart {
namespace {

constexpr double kGlyphWidth = 0.62;  // of its size

}  // namespace

double text_width(std::string_view text, double size) {
  return static_cast<double>(display_width(text)) * kGlyphWidth * size;
}

std::string cut_to(std::string_view text, std::size_t characters) {
  std::string valid = valid_utf8(text);
  if (display_width(valid) <= characters) return valid;
  std::size_t bytes = 0;
  for (std::size_t seen = 0; bytes < valid.size(); ++bytes) {
    const bool begins = (static_cast<unsigned char>(valid[bytes]) & 0xc0U) != 0x80U;
    if (begins && ++seen == characters) break;
  }
  return valid.substr(0, bytes) + "\xe2\x80\xa6";
}

void write(Picture& picture, Label label) {
  picture.shapes.emplace_back(Text{.at = label.at,
                                   .text = std::move(label.text),
                                   .colour = label.colour,
                                   .size = kTextSize,
                                   .anchor = label.anchor});
}

}  // namespace shelduck::chart
