#include "shelduck/chart/chart_legend.hpp"

#include <string>
#include <string_view>
#include <utility>

#include "shelduck/chart/lettering.hpp"

namespace shelduck::chart {
namespace {

constexpr double kLegendBase = 84;
constexpr double kLegendMiddle = kLegendBase - 4;
constexpr double kLegendSample = 22;
constexpr double kLegendGap = 7;
constexpr double kLegendSpace = 22;  // behind an entry
constexpr std::size_t kNameCharactersMax = 60;

class LegendDrawing {
 public:
  LegendDrawing(Picture& picture, const ChartLegend& legend) : picture_(picture), legend_(legend) {}

  void draw() {
    double x = legend_line(legend_.left,
                           {.colour = legend_.colours.history, .width = kHistoryWidth}, "history");
    if (legend_.chart.forecast.empty()) return;
    x = legend_line(x, {.colour = legend_.colours.forecast, .width = kForecastWidth},
                    cut_to(legend_.chart.forecast_name, kNameCharactersMax));
    const std::size_t shown = bands_in_legend(x);
    for (std::size_t i = legend_.bands.size(); i-- > legend_.bands.size() - shown;)
      x = legend_band(x, i);
    if (shown < legend_.bands.size()) write_words(x, words_of_rest(shown));
  }

 private:
  [[nodiscard]] std::string words_of_rest(std::size_t shown) const {
    return "and " + std::to_string(legend_.bands.size() - shown) + " more, to " +
           legend_.bands.front().name;
  }

  // The narrowest ones, as many as fit behind `x`.
  [[nodiscard]] std::size_t bands_in_legend(double x) const {
    double end = x;
    for (const Band& band : legend_.bands) end = legend_end(end, band.name);
    if (end - kLegendSpace <= legend_.right) return legend_.bands.size();
    std::size_t shown = 0;
    for (end = x; shown < legend_.bands.size(); ++shown) {
      end = legend_end(end, legend_.bands[legend_.bands.size() - 1 - shown].name);
      if (end + text_width(words_of_rest(shown), kTextSize) > legend_.right) break;
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
    write_words(x + kLegendSample + kLegendGap, words);
    return legend_end(x, words);
  }

  double legend_band(double x, std::size_t band) {
    constexpr double kHalf = 6;
    for (std::size_t under = 0; under <= band; ++under) {
      picture_.shapes.emplace_back(Area{.points = {{x, kLegendMiddle - kHalf},
                                                   {x + kLegendSample, kLegendMiddle - kHalf},
                                                   {x + kLegendSample, kLegendMiddle + kHalf},
                                                   {x, kLegendMiddle + kHalf}},
                                        .colour = legend_.colours.forecast,
                                        .opacity = legend_.colours.band_opacity});
    }
    write_words(x + kLegendSample + kLegendGap, legend_.bands[band].name);
    return legend_end(x, legend_.bands[band].name);
  }

  void write_words(double x, std::string words) {
    write(picture_,
          {.at = {x, kLegendBase}, .text = std::move(words), .colour = legend_.colours.ink});
  }

  Picture& picture_;
  const ChartLegend& legend_;
};

}  // namespace

void draw_legend(Picture& picture, const ChartLegend& legend) {
  LegendDrawing{picture, legend}.draw();
}

}  // namespace shelduck::chart
