#include "shelduck/chart/png.hpp"

#include <dlfcn.h>

#include <charconv>
#include <memory>
#include <numbers>
#include <variant>

#include "shelduck/core/error.hpp"

namespace shelduck::chart {
namespace {

// The part of cairo's interface that is used, as its manual states it; it has not changed since
// version 1.2. Declared here, because its header brings the development files of X11 along.
struct Surface;  // cairo_surface_t
struct Context;  // cairo_t
using WriteFunction = int (*)(void* closure, const unsigned char* data, unsigned int length);
struct TextExtents {
  double x_bearing, y_bearing, width, height, x_advance, y_advance;
};
constexpr int kSuccess = 0;
constexpr int kWriteError = 11;
constexpr int kRgb24 = 1;
constexpr int kRound = 1;  // of a line's cap and of its join
constexpr int kSlantNormal = 0;

class Cairo {
 public:
  Cairo() : library_(dlopen(kName, RTLD_NOW | RTLD_LOCAL), &close_library) {
    if (!library_) refuse(dlerror());
    find(image_surface_create, "cairo_image_surface_create");
    find(surface_destroy, "cairo_surface_destroy");
    find(surface_write_to_png_stream, "cairo_surface_write_to_png_stream");
    find(create, "cairo_create");
    find(destroy, "cairo_destroy");
    find(scale, "cairo_scale");
    find(set_source_rgba, "cairo_set_source_rgba");
    find(paint, "cairo_paint");
    find(new_path, "cairo_new_path");
    find(line_to, "cairo_line_to");
    find(close_path, "cairo_close_path");
    find(arc, "cairo_arc");
    find(fill, "cairo_fill");
    find(stroke, "cairo_stroke");
    find(set_line_width, "cairo_set_line_width");
    find(set_line_cap, "cairo_set_line_cap");
    find(set_line_join, "cairo_set_line_join");
    find(set_dash, "cairo_set_dash");
    find(select_font_face, "cairo_select_font_face");
    find(set_font_size, "cairo_set_font_size");
    find(text_extents, "cairo_text_extents");
    find(move_to, "cairo_move_to");
    find(show_text, "cairo_show_text");
  }

  Surface* (*image_surface_create)(int format, int width, int height) = nullptr;
  void (*surface_destroy)(Surface*) = nullptr;
  int (*surface_write_to_png_stream)(Surface*, WriteFunction, void* closure) = nullptr;
  Context* (*create)(Surface*) = nullptr;
  void (*destroy)(Context*) = nullptr;
  void (*scale)(Context*, double, double) = nullptr;
  void (*set_source_rgba)(Context*, double, double, double, double) = nullptr;
  void (*paint)(Context*) = nullptr;
  void (*new_path)(Context*) = nullptr;
  void (*line_to)(Context*, double, double) = nullptr;
  void (*close_path)(Context*) = nullptr;
  void (*arc)(Context*, double, double, double, double, double) = nullptr;
  void (*fill)(Context*) = nullptr;
  void (*stroke)(Context*) = nullptr;
  void (*set_line_width)(Context*, double) = nullptr;
  void (*set_line_cap)(Context*, int) = nullptr;
  void (*set_line_join)(Context*, int) = nullptr;
  void (*set_dash)(Context*, const double*, int, double) = nullptr;
  void (*select_font_face)(Context*, const char*, int, int) = nullptr;
  void (*set_font_size)(Context*, double) = nullptr;
  void (*text_extents)(Context*, const char*, TextExtents*) = nullptr;
  void (*move_to)(Context*, double, double) = nullptr;
  void (*show_text)(Context*, const char*) = nullptr;

 private:
  static constexpr const char* kName = "libcairo.so.2";

  static void close_library(void* library) { dlclose(library); }

  [[noreturn]] static void refuse(const char* reason) {
    throw Error{ErrorKind::refused,
                std::string("PNG is drawn by cairo, which cannot be loaded: ") +
                    (reason != nullptr ? reason : "no reason given"),
                {.field = "--out",
                 .rule = "a name that ends in .svg where cairo is not installed",
                 .hint = "install the package libcairo2, or write .svg"}};
  }

  template <class Function>
  void find(Function& function, const char* name) {
    function = reinterpret_cast<Function>(dlsym(library_.get(), name));
    if (function == nullptr) refuse(dlerror());
  }

  std::unique_ptr<void, void (*)(void*)> library_;
};

struct Channels {
  double red = 0;
  double green = 0;
  double blue = 0;
};

Channels channels_of(std::string_view colour) {
  const auto channel = [&](std::size_t at) {
    constexpr int kHexadecimal = 16;
    constexpr double kMost = 255;
    int value = 0;
    std::from_chars(colour.data() + at, colour.data() + at + 2, value, kHexadecimal);
    return value / kMost;
  };
  return {channel(1), channel(3), channel(5)};
}

// A picture on a surface of pixels.
class Canvas {
 public:
  Canvas(const Picture& picture, double scale)
      : surface_(cairo_.image_surface_create(kRgb24, static_cast<int>(picture.width * scale),
                                             static_cast<int>(picture.height * scale)),
                 cairo_.surface_destroy),
        context_(cairo_.create(surface_.get()), cairo_.destroy) {
    cairo_.scale(context_.get(), scale, scale);
    cairo_.set_line_cap(context_.get(), kRound);
    cairo_.set_line_join(context_.get(), kRound);
    use(picture.background);
    cairo_.paint(context_.get());
  }

  void operator()(const Line& line) {
    constexpr double kDash = 4;
    cairo_.set_line_width(context_.get(), line.width);
    cairo_.set_dash(context_.get(), &kDash, line.is_dashed ? 1 : 0, 0);
    trace(line.points);
    use(line.colour);
    cairo_.stroke(context_.get());
  }

  void operator()(const Area& area) {
    trace(area.points);
    cairo_.close_path(context_.get());
    use(area.colour, area.opacity);
    cairo_.fill(context_.get());
  }

  void operator()(const Dot& dot) {
    cairo_.new_path(context_.get());
    cairo_.arc(context_.get(), dot.at.x, dot.at.y, dot.radius, 0, 2 * std::numbers::pi);
    use(dot.colour);
    cairo_.fill(context_.get());
  }

  void operator()(const Text& text) {
    const std::string words = showable(text.text);
    cairo_.select_font_face(context_.get(), "sans-serif", kSlantNormal, text.is_bold ? 1 : 0);
    cairo_.set_font_size(context_.get(), text.size);
    TextExtents extents{};
    cairo_.text_extents(context_.get(), words.c_str(), &extents);
    const double share = text.anchor == Anchor::start ? 0 : text.anchor == Anchor::middle ? 0.5 : 1;
    use(text.colour);
    cairo_.move_to(context_.get(), text.at.x - share * extents.x_advance, text.at.y);
    cairo_.show_text(context_.get(), words.c_str());
  }

  [[nodiscard]] std::string png() const {
    std::string bytes;
    const WriteFunction append = [](void* closure, const unsigned char* data, unsigned int length) {
      try {
        static_cast<std::string*>(closure)->append(reinterpret_cast<const char*>(data), length);
      } catch (const std::bad_alloc&) {
        return kWriteError;
      }
      return kSuccess;
    };
    const int status = cairo_.surface_write_to_png_stream(surface_.get(), append, &bytes);
    if (status == kSuccess) return bytes;
    throw Error{ErrorKind::exhausted, "the picture could not be drawn as PNG (cairo's status " +
                                          std::to_string(status) + ")"};
  }

 private:
  void use(std::string_view colour, double opacity = 1) {
    const Channels channels = channels_of(colour);
    cairo_.set_source_rgba(context_.get(), channels.red, channels.green, channels.blue, opacity);
  }

  void trace(const std::vector<Point>& points) {
    cairo_.new_path(context_.get());
    for (const Point& point : points) cairo_.line_to(context_.get(), point.x, point.y);
  }

  Cairo cairo_;
  std::unique_ptr<Surface, void (*)(Surface*)> surface_;
  std::unique_ptr<Context, void (*)(Context*)> context_;
};

}  // namespace

std::string to_png(const Picture& picture, double scale) {
  Canvas canvas{picture, scale};
  for (const Shape& shape : picture.shapes) std::visit(canvas, shape);
  return canvas.png();
}

}  // namespace shelduck::chart
