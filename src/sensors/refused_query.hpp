// The rows that were sent and are no stored readings: broken ones and conflicts. A page at a time,
// by id; those that somebody has looked at can be dropped.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/record.hpp"

namespace shelduck::sensors {

struct RefusedOptions {
  std::optional<std::string> reason{};  // the very words
  std::optional<Uuid> cursor{};         // of the page before
  std::int64_t limit = 100;             // 1 to kLimitMax
};

struct RefusedPage {
  std::vector<StoredRefusal> rows;
  std::optional<Uuid> cursor{};  // for the next page; none at the end
  ReadingStore::RefusedCount count;
};

[[nodiscard]] RefusedPage ask(ReadingStore& store, const RefusedOptions& options);

[[nodiscard]] std::string json(const RefusedPage& page);

// Drops all that came before an instant, for good; but for those that met at applying, whose
// instant nobody knows.
[[nodiscard]] store::Record drop_refused_before(Instant instant);

// Drops these as they were seen: each comes back when it is sent again, unless it met at applying.
[[nodiscard]] store::Record drop_refused_rows(std::span<const StoredRefusal> rows);

// Every refused row, ascending by id, a piece of text at a time.
//
//   RefusedExport rows{store, RefusedExport::Form::ndjson};
//   while (const auto piece = rows.next()) out << *piece;
//
// NDJSON has the objects of `rows` in json(RefusedPage); CSV their members as columns.
class RefusedExport {
 public:
  enum class Form : std::uint8_t { csv, ndjson };

  // `store` outlives it; `options.limit` is the number of rows of a piece.
  RefusedExport(ReadingStore& store, Form form, RefusedOptions options);

  // Nothing after the last piece.
  [[nodiscard]] std::optional<std::string> next();

  // The names of the columns.
  [[nodiscard]] static std::string csv_head();

 private:
  ReadingStore& store_;
  Form form_;
  RefusedOptions options_;
  bool is_begun_ = false;
  bool is_over_ = false;
};

}  // namespace shelduck::sensors
