#include "shelduck/chart/pixel_runs.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

namespace shelduck::chart {
namespace {

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

}  // namespace

bool is_known(const Point& point) { return !std::isnan(point.y); }

std::vector<std::vector<Point>> pixel_runs(const std::vector<Point>& points) {
  PixelRuns runs;
  for (const Point& point : points) runs.add(point);
  runs.end();
  return runs.runs();
}

}  // namespace shelduck::chart
