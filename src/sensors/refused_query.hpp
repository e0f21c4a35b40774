// The rows that were sent and are no stored readings: broken ones and conflicts. A page at a time,
// the newest first; those that somebody has looked at can be dropped.
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
  std::optional<std::string> reason{};   // the very words
  std::optional<RefusedPlace> cursor{};  // of the page before
  std::int64_t limit = 100;              // 1 to kLimitMax
};

struct RefusedPage {
  std::vector<StoredRefusal> rows;
  std::optional<RefusedPlace> cursor{};  // for the next page; none at the end
  ReadingStore::RefusedCount count;      // of the reason that was asked for
};

[[nodiscard]] RefusedPage ask(ReadingStore& store, const RefusedOptions& options);

[[nodiscard]] std::string json(const RefusedPage& page);

// A cursor as clients send it back: "1795402520.5f0c7a52-9f0e-8b6c-9a3d-2b1f4c6d8e90".
[[nodiscard]] std::string to_string(const RefusedPlace& place);
[[nodiscard]] std::optional<RefusedPlace> parse_refused_place(std::string_view text);

// What goes, and the records that say so.
struct RefusedDrop {
  std::int64_t rows = 0;
  std::vector<store::Record> records{};
};

// All that came before an instant, for good. Of those that met at applying nobody knows the
// instant: the ones that are there are named.
[[nodiscard]] RefusedDrop plan_drop_before(ReadingStore& store, Instant instant);

// These, by their ids or what the ids begin with, at least kIdDigitsMin digits of it. Each comes
// back when it is sent again, unless it met at applying. Throws Error(not_found) for one that is
// not there, and Error(invalid_input) for what begins several ids or none that can be.
[[nodiscard]] RefusedDrop plan_drop_of(ReadingStore& store, std::span<const std::string> ids);
inline constexpr std::size_t kIdDigitsMin = 4;

// Every refused row, the newest first, a piece of text at a time.
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
