#include "shelduck/chart/forecast_chart.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "shelduck/chart/axis.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::chart {
namespace {

constexpr int kWidth = 960;
constexpr int kHeight = 480;
constexpr double kEdge = 24;
constexpr double kTop = 104;
constexpr double kBottom = 432;
constexpr double kLegendBase = 84;
constexpr double kLegendMiddle = kLegendBase - 4;
constexpr double kLegendSample = 22;
constexpr double kLegendGap = 7;
constexpr double kLegendSpace = 22;  // behind an entry
constexpr double kTitleSize = 19;
constexpr double kTextSize = 12.5;
constexpr double kGlyphWidth = 0.62;  // of its size, in an ordinary font without serifs
constexpr double kDotSpace = 9;       // between values that are marked one by one
constexpr std::size_t kTitleCharactersMax = 80;
constexpr std::size_t kSubtitleCharactersMax = 140;
constexpr std::size_t kNameCharactersMax = 60;

struct Colours {
  std::string_view background;
  std::string_view ink;
  std::string_view faint;
  std::string_view grid;
  std::string_view rule;  // between past and future
  std::string_view history;
  std::string_view forecast;
  double band_opacity;  // of one; the narrower ones lie on the wider ones
};

constexpr Colours kLight{.background = "#ffffff",
                         .ink = "#1f2328",
                         .faint = "#656d76",
                         .grid = "#e4e7eb",
                         .rule = "#aab3bd",
                         .history = "#3d4752",
                         .forecast = "#0a58ca",
                         .band_opacity = 0.17};
constexpr Colours kDark{.background = "#14181d",
                        .ink = "#e6edf3",
                        .faint = "#98a3ae",
                        .grid = "#2a313a",
                        .rule = "#56616d",
                        .history = "#c3ccd6",
                        .forecast = "#5aa9ff",
                        .band_opacity = 0.27};

double text_width(std::string_view text, double size) {
  return static_cast<double>(display_width(text)) * kGlyphWidth * size;
}

// At most so many code points, the last of them three dots.
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

bool is_known(const Point& point) { return !std::isnan(point.y); }

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
};

// Runs of known values; what lies in one column of pixels becomes its first, least, greatest and
// last.
class PixelRuns {
 public:
  void add(const Point& point) {
    if (!is_known(point)) return end();
    const double column = std::floor(point.x);
    if (column_ && *column_ != column) end_column();
    column_ = column;
    of_column_.push_back(point);
  }

  void end() {
    end_column();
    if (!run_.empty()) runs_.push_back(std::exchange(run_, {}));
  }

  [[nodiscard]] const std::vector<std::vector<Point>>& runs() const { return runs_; }

 private:
  void end_column() {
    constexpr std::size_t kDrawnMax = 4;
    if (of_column_.size() <= kDrawnMax) {
      run_.insert(run_.end(), of_column_.begin(), of_column_.end());
    } else {
      const auto [least, greatest] = std::ranges::minmax_element(of_column_, {}, &Point::y);
      run_.push_back(of_column_.front());
      run_.push_back(*std::min(least, greatest));
      run_.push_back(*std::max(least, greatest));
      run_.push_back(of_column_.back());
    }
    of_column_.clear();
    column_.reset();
  }

  std::vector<std::vector<Point>> runs_;
  std::vector<Point> run_;
  std::vector<Point> of_column_;
  std::optional<double> column_;
};

std::vector<std::vector<Point>> pixel_runs(const std::vector<Point>& points) {
  PixelRuns runs;
  for (const Point& point : points) runs.add(point);
  runs.end();
  return runs.runs();
}

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
      : chart_(chart),
        colours_(chart.theme == Theme::dark ? kDark : kLight),
        bands_(widest_first(chart.bands)) {
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
    Extent values;
    for (const Point& point : chart_.history) {
      times_.see(point.x);
      values.see(point.y);
    }
    for (const Point& point : chart_.forecast) {
      times_.see(point.x);
      values.see(point.y);
    }
    for (const Band& band : bands_) {
      for (const double value : band.lower) values.see(value);
      for (const double value : band.upper) values.see(value);
    }
    if (values.is_empty()) values = {.from = 0, .to = 1};
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

  void write(Point at, std::string text, std::string_view colour, Anchor anchor = Anchor::start) {
    picture_.shapes.emplace_back(Text{
        .at = at, .text = std::move(text), .colour = colour, .size = kTextSize, .anchor = anchor});
  }

  void draw_words() {
    picture_.shapes.emplace_back(Text{.at = {kEdge, 36},
                                      .text = cut_to(chart_.title, kTitleCharactersMax),
                                      .colour = colours_.ink,
                                      .size = kTitleSize,
                                      .is_bold = true});
    write({kEdge, 58}, cut_to(chart_.subtitle, kSubtitleCharactersMax), colours_.faint);
    draw_legend();
  }

  // From left to right; of more levels than there is room for it says how many.
  void draw_legend() {
    double x = legend_line(kEdge, {.colour = colours_.history, .width = kHistoryWidth}, "history");
    if (chart_.forecast.empty()) return;
    x = legend_line(x, {.colour = colours_.forecast, .width = kForecastWidth},
                    cut_to(chart_.forecast_name, kNameCharactersMax));
    const std::size_t shown = bands_in_legend(x);
    for (std::size_t i = bands_.size(); i-- > bands_.size() - shown;) x = legend_band(x, i);
    if (shown < bands_.size()) write({x, kLegendBase}, words_of_rest(shown), colours_.ink);
  }

  [[nodiscard]] std::string words_of_rest(std::size_t shown) const {
    return "and " + std::to_string(bands_.size() - shown) + " more, to " + bands_.front().name;
  }

  // The narrowest ones, as many as fit behind `x`.
  [[nodiscard]] std::size_t bands_in_legend(double x) const {
    double end = x;
    for (const Band& band : bands_) end = legend_end(end, band.name);
    if (end - kLegendSpace <= right()) return bands_.size();
    std::size_t shown = 0;
    for (end = x; shown < bands_.size(); ++shown) {
      end = legend_end(end, bands_[bands_.size() - 1 - shown].name);
      if (end + text_width(words_of_rest(shown), kTextSize) > right()) break;
    }
    return shown;
  }

  // Where the next entry begins behind one of these words.
  [[nodiscard]] double legend_end(double x, std::string_view words) const {
    return x + kLegendSample + kLegendGap + text_width(words, kTextSize) + kLegendSpace;
  }

  double legend_line(double x, Line like, const std::string& words) {
    like.points = {{x, kLegendMiddle}, {x + kLegendSample, kLegendMiddle}};
    picture_.shapes.emplace_back(std::move(like));
    write({x + kLegendSample + kLegendGap, kLegendBase}, words, colours_.ink);
    return legend_end(x, words);
  }

  double legend_band(double x, std::size_t band) {
    constexpr double kHalf = 6;
    for (std::size_t under = 0; under <= band; ++under) {
      picture_.shapes.emplace_back(Area{.points = {{x, kLegendMiddle - kHalf},
                                                   {x + kLegendSample, kLegendMiddle - kHalf},
                                                   {x + kLegendSample, kLegendMiddle + kHalf},
                                                   {x, kLegendMiddle + kHalf}},
                                        .colour = colours_.forecast,
                                        .opacity = colours_.band_opacity});
    }
    write({x + kLegendSample + kLegendGap, kLegendBase}, bands_[band].name, colours_.ink);
    return legend_end(x, bands_[band].name);
  }

  void draw_axes() {
    for (const Tick& tick : ticks_) {
      constexpr double kGap = 9;
      constexpr double kHalfGlyph = 4.5;
      const double y = y_of(tick.at);
      picture_.shapes.emplace_back(
          Line{.points = {{left_, y}, {right(), y}}, .colour = colours_.grid});
      write({left_ - kGap, y + kHalfGlyph}, tick.label, colours_.faint, Anchor::end);
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
      write({x, kBottom + kFirstBase}, tick.label, colours_.faint, anchor);
      if (!tick.context.empty()) {
        write({x, kBottom + kSecondBase}, tick.context, colours_.faint, anchor);
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

  static constexpr double kHistoryWidth = 1.4;
  static constexpr double kForecastWidth = 2;

  const ForecastChart& chart_;
  Colours colours_;
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
