// SortedRows gives the rows of another table so that those of one series stand together: in the
// order in which the series first appear, and of a series in the order of its times.
//
//   SeriesFile file{std::make_unique<SortedRows>(std::move(rows), columns, options), columns};
//
// The engine sorts, with 64 MB of memory, and puts the rest aside in the temporary folder. Rows
// keep the numbers of their lines, so that errors name the place in the file. A time that is none
// comes first in its series. Of columns that no series has, fields are empty. Memory: that, and 24
// bytes and their place in a hash table for each id. Failure: next() throws what the other rows
// throw, Error of the engine, and what `check` throws. Threads: one, except interrupt().
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "shelduck/interop/series_file.hpp"
#include "shelduck/interop/text_rows.hpp"

namespace shelduck::interop {

struct SortOptions {
  std::filesystem::path temporary;
  std::function<void()> check{[] {}};  // called now and then while rows are read; may throw
};

class SortedRows final : public TextRows {
 public:
  SortedRows(std::unique_ptr<TextRows> rows, const SeriesColumns& columns, SortOptions options);
  ~SortedRows() override;
  SortedRows(const SortedRows&) = delete;
  SortedRows& operator=(const SortedRows&) = delete;

  [[nodiscard]] const TextRow* next() override;
  void interrupt() noexcept override;
  [[nodiscard]] const std::string& name() const noexcept override;
  [[nodiscard]] RowPlace place() const noexcept override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Whether an id comes back after another one; reads as far as that takes.
[[nodiscard]] bool are_series_apart(TextRows& rows, const SeriesColumns& columns);

}  // namespace shelduck::interop
