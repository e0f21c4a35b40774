#include "shelduck/chart/forecast_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "shelduck/chart/axis.hpp"
#include "shelduck/chart/chart_colours.hpp"
#include "shelduck/chart/chart_legend.hpp"
#include "shelduck/chart/lettering.hpp"
#include "shelduck/chart/pixel_runs.hpp"

namespace shelduck::chart {
namespace {

constexpr int kWidth = 960;
constexpr int kHeight = 480;
constexpr double kEdge = 24;
constexpr double kTop = 104;
constexpr double kBottom = 432;
constexpr double kTitleSize = 19;
constexpr double kDotSpace = 9;  // between values that are marked one by one
constexpr std::size_t kTitleCharactersMax = 80;
constexpr std::size_t kSubtitleCharactersMax = 140;

// A range that grows with what it sees.
struct Extent {
  double from = std::numeric_limits<double>::infinity();
  double to = -std::numeric_limits<double>::infinity();

  void see(double value) {
    if (std::isnan(value)) return;
    from = std::min(from, value);
    to = std::max(to, value);
  }
  [[nodiscard]] bool is_empty() const { return from > to; }
  // Its width is within that share of its values.
  [[nodiscard]] bool is_within(double share) const {
    return to - from <= share * std::max(std::abs(from), std::abs(to));
  }
  // Around the one value it has: as much as an eye expects beside it.
  [[nodiscard]] Extent widened() const {
    constexpr double kShare = 0.1;
    const double middle = from + (to - from) / 2;
    const double half = middle == 0 ? 1 : kShare * std::abs(middle);
    return {.from = middle - half, .to = middle + half};
  }
};

// Of equally wide ones, as of a series that never errs, the one that was named later.
std::vector<Band> widest_first(const std::vector<Band>& bands) {
  std::vector<std::pair<double, std::size_t>> order;
  for (const Band& band : bands) {
    double width = 0;
    for (std::size_t i = 0; i < band.lower.size(); ++i) width += band.upper[i] - band.lower[i];
    order.emplace_back(width, order.size());
  }
  std::ranges::sort(order, std::greater{});
  std::vector<Band> result;
  for (const auto& [width, place] : order) result.push_back(bands[place]);
  return result;
}

// Beyond it distances of two values are no numbers any more: as if it were not known.
double drawable_value(double value) {
  constexpr double kDrawableMax = 1e300;
  return std::abs(value) <= kDrawableMax ? value : std::numeric_limits<double>::quiet_NaN();
}

class Drawing {
 public:
  explicit Drawing(const ForecastChart& chart)
      : chart_(chart), colours_(colours_of(chart.theme)), bands_(widest_first(chart.bands)) {
    picture_ = {.width = kWidth,
                .height = kHeight,
                .background = colours_.background,
                .title = chart.title};
    measure();
  }

  Picture finished() && {
    draw_words();
    draw_axes();
    draw_bands();
    draw_history();
    draw_forecast();
    return std::move(picture_);
  }

 private:
  void measure() {
    for (const Point& point : chart_.history) times_.see(point.x);
    for (const Point& point : chart_.forecast) times_.see(point.x);
    const Extent values = extent_of_values();
    if (times_.is_empty()) times_ = {.from = 0, .to = 1};
    if (times_.from == times_.to) times_.to += 1;
    constexpr std::size_t kTicks = 6;
    ticks_ = number_ticks({.from = values.from, .to = values.to, .count_max = kTicks});
    values_ = {.from = ticks_.front().at, .to = ticks_.back().at};
    for (const Tick& tick : ticks_) {
      constexpr double kGap = 10;
      left_ = std::max(left_, kEdge + text_width(tick.label, kTextSize) + kGap);
    }
  }

  // A series that never changes has bounds a billionth of its size apart: no axis shows them.
  [[nodiscard]] Extent extent_of_values() const {
    constexpr double kConstant = 1e-12;
    constexpr double kBoundsOfConstant = 1e-6;
    Extent values;
    for (const Point& point : chart_.history) values.see(point.y);
    const bool is_constant = !values.is_empty() && values.is_within(kConstant);
    for (const Point& point : chart_.forecast) values.see(point.y);
    for (const Band& band : bands_) {
      for (const double value : band.lower) values.see(value);
      for (const double value : band.upper) values.see(value);
    }
    if (values.is_empty()) return {.from = 0, .to = 1};
    const double share = is_constant ? kBoundsOfConstant : kConstant;
    return values.is_within(share) ? values.widened() : values;
  }

  [[nodiscard]] double right() const { return kWidth - kEdge; }
  [[nodiscard]] double x_of(double time) const {
    return left_ + (time - times_.from) / (times_.to - times_.from) * (right() - left_);
  }
  [[nodiscard]] double y_of(double value) const {
    return kBottom - (value - values_.from) / (values_.to - values_.from) * (kBottom - kTop);
  }
  [[nodiscard]] Point place(const Point& point) const { return {x_of(point.x), y_of(point.y)}; }
  [[nodiscard]] std::vector<Point> placed(const std::vector<Point>& points) const {
    std::vector<Point> result;
    for (const Point& point : points) result.push_back(place(point));
    return result;
  }

  void write_faint(Point at, std::string text, Anchor anchor = Anchor::start) {
    write(picture_,
          {.at = at, .text = std::move(text), .colour = colours_.faint, .anchor = anchor});
  }

  void draw_words() {
    picture_.shapes.emplace_back(Text{.at = {kEdge, 36},
                                      .text = cut_to(chart_.title, kTitleCharactersMax),
                                      .colour = colours_.ink,
                                      .size = kTitleSize,
                                      .is_bold = true});
    write_faint({kEdge, 58}, cut_to(chart_.subtitle, kSubtitleCharactersMax));
    draw_legend(
        picture_,
        {.chart = chart_, .colours = colours_, .bands = bands_, .left = kEdge, .right = right()});
  }

  void draw_axes() {
    for (const Tick& tick : ticks_) {
      constexpr double kGap = 9;
      constexpr double kHalfGlyph = 4.5;
      const double y = y_of(tick.at);
      picture_.shapes.emplace_back(
          Line{.points = {{left_, y}, {right(), y}}, .colour = colours_.grid});
      write_faint({left_ - kGap, y + kHalfGlyph}, tick.label, Anchor::end);
    }
    draw_time_axis();
    const auto last =
        std::ranges::find_if(chart_.history.rbegin(), chart_.history.rend(), is_known);
    if (chart_.forecast.empty() || last == chart_.history.rend()) return;
    const double now = x_of(last->x);
    picture_.shapes.emplace_back(
        Line{.points = {{now, kTop}, {now, kBottom}}, .colour = colours_.rule, .is_dashed = true});
  }

  [[nodiscard]] std::vector<Tick> time_ticks() const {
    constexpr double kTickSpace = 84;
    const auto count = static_cast<std::size_t>((right() - left_) / kTickSpace);
    const TickRange range{.from = times_.from, .to = times_.to, .count_max = count};
    if (chart_.axis == TimeAxis::calendar) return calendar_ticks(range);
    std::vector<Tick> ticks = number_ticks(range, 1);
    std::erase_if(ticks,
                  [&](const Tick& tick) { return tick.at < times_.from || tick.at > times_.to; });
    return ticks;
  }

  void draw_time_axis() {
    constexpr double kMark = 5;
    constexpr double kFirstBase = 20;
    constexpr double kSecondBase = 36;
    picture_.shapes.emplace_back(
        Line{.points = {{left_, kBottom}, {right(), kBottom}}, .colour = colours_.faint});
    for (const Tick& tick : time_ticks()) {
      const double x = x_of(tick.at);
      picture_.shapes.emplace_back(
          Line{.points = {{x, kBottom}, {x, kBottom + kMark}}, .colour = colours_.faint});
      // The last label may not leave the picture.
      const bool is_cut = x + text_width(tick.label, kTextSize) / 2 > kWidth - 2;
      const Anchor anchor = is_cut ? Anchor::end : Anchor::middle;
      write_faint({x, kBottom + kFirstBase}, tick.label, anchor);
      if (!tick.context.empty()) {
        write_faint({x, kBottom + kSecondBase}, tick.context, anchor);
      }
    }
  }

  // The last known value, where the forecast goes on from it: fans open there.
  [[nodiscard]] std::optional<Point> origin() const {
    if (chart_.history.empty() || !is_known(chart_.history.back())) return std::nullopt;
    return chart_.history.back();
  }

  void draw_bands() {
    for (const Band& band : bands_) {
      std::vector<Point> upper;
      std::vector<Point> lower;
      if (const auto start = origin()) {
        upper.push_back(place(*start));
        lower.push_back(place(*start));
      }
      for (std::size_t i = 0; i < chart_.forecast.size(); ++i) {
        upper.push_back(place({chart_.forecast[i].x, band.upper[i]}));
        lower.push_back(place({chart_.forecast[i].x, band.lower[i]}));
      }
      draw_band(upper, lower);
    }
  }

  void draw_band(const std::vector<Point>& upper, const std::vector<Point>& lower) {
    std::vector<Point> outline;
    for (const auto& run : pixel_runs(upper)) {
      outline.insert(outline.end(), run.begin(), run.end());
    }
    const std::size_t turn = outline.size();
    for (const auto& run : pixel_runs(lower)) {
      outline.insert(outline.end(), run.begin(), run.end());
    }
    std::reverse(outline.begin() + static_cast<std::ptrdiff_t>(turn), outline.end());
    picture_.shapes.emplace_back(Area{.points = std::move(outline),
                                      .colour = colours_.forecast,
                                      .opacity = colours_.band_opacity,
                                      .role = "interval"});
  }

  void draw_history() {
    draw_values(placed(chart_.history),
                {.colour = colours_.history, .width = kHistoryWidth, .role = "history"});
    draw_dots(chart_.history, colours_.history);
  }

  void draw_forecast() {
    std::vector<Point> points;
    if (const auto start = origin(); start && !chart_.forecast.empty()) points.push_back(*start);
    points.insert(points.end(), chart_.forecast.begin(), chart_.forecast.end());
    draw_values(placed(points),
                {.colour = colours_.forecast, .width = kForecastWidth, .role = "forecast"});
    draw_dots(chart_.forecast, colours_.forecast);
  }

  void draw_values(const std::vector<Point>& points, const Line& like) {
    for (const std::vector<Point>& run : pixel_runs(points)) {
      if (run.size() == 1) {
        picture_.shapes.emplace_back(
            Dot{.at = run.front(), .radius = like.width, .colour = like.colour});
        continue;
      }
      Line line = like;
      line.points = run;
      picture_.shapes.emplace_back(std::move(line));
    }
  }

  void draw_dots(const std::vector<Point>& points, std::string_view colour) {
    const double count = static_cast<double>(chart_.history.size() + chart_.forecast.size());
    if ((right() - left_) / count < kDotSpace) return;
    for (const Point& point : points) {
      constexpr double kRadius = 2.4;
      if (is_known(point)) {
        picture_.shapes.emplace_back(Dot{.at = place(point), .radius = kRadius, .colour = colour});
      }
    }
  }

  const ForecastChart& chart_;
  const ChartColours& colours_;
  std::vector<Band> bands_;
  Picture picture_;
  Extent times_;
  Extent values_;
  std::vector<Tick> ticks_;  // of the values
  double left_ = 0;
};

}  // namespace

Picture drawn(const ForecastChart& chart) {
  ForecastChart drawable = chart;
  for (Point& point : drawable.history) point.y = drawable_value(point.y);
  for (Point& point : drawable.forecast) point.y = drawable_value(point.y);
  for (Band& band : drawable.bands) {
    for (double& value : band.lower) value = drawable_value(value);
    for (double& value : band.upper) value = drawable_value(value);
  }
  return Drawing{drawable}.finished();
}

}  // namespace shelduck::chart
