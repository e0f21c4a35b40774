// Whatever the bytes are, reading a series file ends: each series keeps the rules that the header
// of the reader promises, or the file is refused by an Error that names field and rule; and the
// chunks in which plain bytes come change neither (of damaged packed data, chunks decide how much
// is unpacked before the damage shows).
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/series_file.hpp"

namespace shelduck::interop {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check_numbers(const std::vector<double>& column, std::size_t rows) {
  require(column.size() == rows);
  for (const double number : column) require(!std::isinf(number));
}

void check_series(const FileSeries& series) {
  require(!series.id.empty() && series.line > 1);
  require(series.rows() > 0 && series.train_rows <= series.rows());
  require(series.times.size() == series.rows() && series.ds.size() == series.rows());
  require(!series.ds[series.rows() - 1].empty());
  for (std::size_t i = 1; i < series.rows(); ++i) require(series.times[i - 1] < series.times[i]);
  check_numbers(series.y, series.rows());
  for (const auto& column : series.covariates) check_numbers(column, series.rows());
  require(series.horizon.value_or(1) >= 1 && series.period.value_or(0) >= 0);
  require(series.score_period() >= 1);
}

// How reading ended: the number of series, and the words of the refusal.
struct Ending {
  std::size_t series = 0;
  std::string refusal{};

  bool operator==(const Ending&) const = default;
};

Ending read_all(std::unique_ptr<logs::ByteSource> bytes, const SeriesColumns& columns) {
  Ending ending;
  try {
    SeriesFile file{std::move(bytes), columns, "fuzz"};
    std::set<std::string> ids;
    while (const auto series = file.next()) {
      ++ending.series;
      check_series(*series);
      require(file.time_kind() && ids.insert(series->id).second);
    }
    require(ending.series > 0);
  } catch (const Error& error) {
    require(error.kind() == ErrorKind::invalid_input);
    require(!error.detail().rule.empty() && error.detail().field.starts_with("line "));
    ending.refusal = error.what();
  }
  return ending;
}

void read_each_way(const std::string& bytes, const SeriesColumns& columns) {
  read_all(logs::decompressed(logs::memory_bytes(bytes, 997)), columns);
  require(read_all(logs::memory_bytes(bytes, 7), columns) ==
          read_all(logs::memory_bytes(bytes), columns));
}

}  // namespace
}  // namespace shelduck::interop

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes{reinterpret_cast<const char*>(data), size};
  shelduck::interop::read_each_way(bytes, {});
  shelduck::interop::read_each_way(bytes, {.covariates = {"x"}});
  return 0;
}
