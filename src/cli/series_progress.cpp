#include "shelduck/cli/series_progress.hpp"

#include <algorithm>

namespace shelduck::cli {

void SeriesProgress::begin(const SeriesBatch& batch) {
  series_before_ += batch_.series;
  if (batch_.read) read_before_ = batch_.read->done;
  batch_ = batch;
  pieces_ = 0;
  draw(0);
}

void SeriesProgress::advance() {
  const std::size_t pieces = ++pieces_;
  if (std::this_thread::get_id() == owner_) draw(pieces);
}

void SeriesProgress::draw(std::size_t pieces) {
  if (!batch_.read) {
    const std::size_t series = series_before_ + pieces / batch_.pieces_each;
    progress_.update({.label = label_, .done = static_cast<std::int64_t>(series)});
    return;
  }
  const std::size_t all = std::max<std::size_t>(1, batch_.series * batch_.pieces_each);
  const auto part = static_cast<double>(batch_.read->done - read_before_);
  const double done = static_cast<double>(read_before_) +
                      part * static_cast<double>(pieces) / static_cast<double>(all);
  progress_.update({.label = label_,
                    .done = static_cast<std::int64_t>(done),
                    .total = static_cast<std::int64_t>(batch_.read->total),
                    .unit = batch_.read->unit == interop::ReadSoFar::Unit::bytes
                                ? ProgressReport::Unit::bytes
                                : ProgressReport::Unit::items});
}

}  // namespace shelduck::cli
