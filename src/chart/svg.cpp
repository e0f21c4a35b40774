#include "shelduck/chart/svg.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <span>
#include <variant>

namespace shelduck::chart {
namespace {

constexpr std::string_view kFonts =
    "system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : showable(text)) {
    switch (c) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

// A hundredth of a pixel is finer than any eye.
std::string coordinate(double value) {
  constexpr double kParts = 100;
  std::array<char, 32> buffer{};
  const double rounded = std::round(value * kParts) / kParts + 0.0;
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), rounded,
                                          std::chars_format::fixed);
  return {buffer.data(), end};
}

std::string attribute(std::string_view name, std::string_view value) {
  return value.empty() ? "" : " " + std::string(name) + "=\"" + std::string(value) + "\"";
}

std::string path_of(std::span<const Point> points) {
  std::string path;
  for (const Point& point : points) {
    path += (path.empty() ? "M" : "L") + coordinate(point.x) + " " + coordinate(point.y);
  }
  return path;
}

std::string element(const Line& line) {
  return "<path" + attribute("class", line.role) + attribute("d", path_of(line.points)) +
         " fill=\"none\"" + attribute("stroke", line.colour) +
         attribute("stroke-width", coordinate(line.width)) +
         (line.is_dashed ? " stroke-dasharray=\"4 4\"" : "") +
         " stroke-linejoin=\"round\" stroke-linecap=\"round\"/>\n";
}

std::string element(const Area& area) {
  return "<path" + attribute("class", area.role) + attribute("d", path_of(area.points) + "Z") +
         attribute("fill", area.colour) + attribute("fill-opacity", coordinate(area.opacity)) +
         "/>\n";
}

std::string element(const Dot& dot) {
  return "<circle" + attribute("cx", coordinate(dot.at.x)) + attribute("cy", coordinate(dot.at.y)) +
         attribute("r", coordinate(dot.radius)) + attribute("fill", dot.colour) + "/>\n";
}

std::string_view svg_word(Anchor anchor) {
  switch (anchor) {
    case Anchor::start:
      return "start";
    case Anchor::middle:
      return "middle";
    case Anchor::end:
      return "end";
  }
  return "";
}

std::string element(const Text& text) {
  return "<text" + attribute("x", coordinate(text.at.x)) + attribute("y", coordinate(text.at.y)) +
         attribute("fill", text.colour) + attribute("font-size", coordinate(text.size)) +
         attribute("text-anchor", svg_word(text.anchor)) +
         (text.is_bold ? " font-weight=\"bold\"" : "") + ">" + escaped(text.text) + "</text>\n";
}

}  // namespace

std::string to_svg(const Picture& picture) {
  const std::string width = std::to_string(picture.width);
  const std::string height = std::to_string(picture.height);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + width + " " +
                    height + "\" width=\"" + width + "\" height=\"" + height +
                    "\" role=\"img\" font-family=\"" + std::string(kFonts) + "\">\n<title>" +
                    escaped(picture.title) + "</title>\n<rect width=\"" + width + "\" height=\"" +
                    height + "\"" + attribute("fill", picture.background) + "/>\n";
  for (const Shape& shape : picture.shapes) {
    svg += std::visit([](const auto& one) { return element(one); }, shape);
  }
  return svg + "</svg>\n";
}

}  // namespace shelduck::chart
