// SeriesProgress draws how far a pass over the series of a file is, by what was read of the file:
// while a batch is worked on, the part of the file that it came from fills piece by piece.
//
//   SeriesProgress progress{request, "forecast"};
//   for (auto some = file.next_some(...); !some.empty(); some = file.next_some(...)) {
//     progress.begin({.series = some.size(), .read = file.read_so_far()});
//     parallel_for(some.size(), threads, [&](std::size_t i) { fit(some[i]), progress.advance(); });
//   }
//
// Where nobody knows how much there is to read, series are counted. Threads: advance() from any; it
// draws on the one alone that made the object, which must take part in the work. Failure: none.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "shelduck/cli/progress.hpp"
#include "shelduck/interop/text_rows.hpp"

namespace shelduck::cli {

// Series that were read together, and how far the file was read then.
struct SeriesBatch {
  std::size_t series = 0;
  std::optional<interop::ReadSoFar> read{};
  std::size_t pieces_each = 1;  // calls of advance() for a series
};

class SeriesProgress {
 public:
  SeriesProgress(Progress& progress, std::string label)
      : progress_(progress), label_(std::move(label)) {}

  void begin(const SeriesBatch& batch);
  void advance();

 private:
  void draw(std::size_t pieces);

  Progress& progress_;
  std::string label_;
  std::thread::id owner_ = std::this_thread::get_id();
  SeriesBatch batch_;
  std::size_t series_before_ = 0;  // the batch
  std::uint64_t read_before_ = 0;
  std::atomic<std::size_t> pieces_{0};
};

}  // namespace shelduck::cli
