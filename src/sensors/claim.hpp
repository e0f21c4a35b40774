// What a client sends becomes one claim: all rows of a body are judged together, against what is
// stored, what is written and not applied yet, and the rows before them in the same body.
//
//   auto verdict = std::make_shared<Verdict>();
//   service.record({.claim = claim_of(std::move(rows), {.now = now, .source = "http"}, verdict),
//                   .done = [=](store::Said) { answer_201(*verdict); }, .failed = ...});
//
// What is new is written as a few records; a conflict or a broken row is written as a refused row
// and never as a reading; a repeat writes nothing.
// Threads: the verdict belongs to the recording thread until `done` or `failed` is called.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/sensors/records/reading.hpp"
#include "shelduck/store/recording.hpp"

namespace shelduck::sensors {

// One row of a body, in its order.
struct IncomingRow {
  Reading reading{};
  std::string label{};               // of a node that is named by words; its address follows
  std::optional<Refusal> refusal{};  // why it is no reading
  // What was sent: kept where the row is refused; of a reading that was not sent as a text, its
  // numbers are. Borrowed until the claim is answered.
  std::string_view text{};
};

struct Receipt {
  Instant now;
  std::string source;  // the way it came: "http", "line protocol", "serial"
  std::int64_t nodes_max = 1'000'000;
};

// What became of the rows. Lists name the first kListedMax, counts count all.
struct Verdict {
  static constexpr std::size_t kListedMax = 1000;

  struct Rejected {
    std::size_t index = 0;  // from 0, in the body
    Refusal refusal;
    bool operator==(const Rejected&) const = default;
  };

  std::int64_t inserted = 0;
  std::int64_t duplicates = 0;  // of the same values
  std::int64_t conflicts = 0;   // of other values: the first reading is kept
  std::int64_t rejected_count = 0;
  std::vector<std::size_t> conflicting;  // indexes
  std::vector<Rejected> rejected;
};

[[nodiscard]] store::Claim claim_of(std::vector<IncomingRow> rows, const Receipt& receipt,
                                    std::shared_ptr<Verdict> verdict);

}  // namespace shelduck::sensors
