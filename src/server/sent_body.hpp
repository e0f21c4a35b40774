// SentBody is a body of readings on its way: parsed and recorded a slice at a time, so that the
// largest body that is taken costs what a slice costs, and answered when all of it is on the disk.
//
//   std::make_shared<SentBody>(intake, std::move(request), respond, &rows_of, &answer)->begin();
//
// A slice is one claim (sensors/claim.hpp). Where a later one fails, the failure is the answer and
// what was recorded before stays: sent again, its rows are duplicates.
//
// Threads: begin() and what it calls run where the body came; the slices after the first are parsed
// by the thread that answers the one before. Failure: begin() throws what parsing throws before
// anything is recorded.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/http/route.hpp"
#include "shelduck/sensors/claim.hpp"
#include "shelduck/server/intake_routes.hpp"

namespace shelduck::server {

// Rows that follow each other in a body.
struct BodySlice {
  std::vector<sensors::IncomingRow> rows;
  std::vector<std::uint64_t> lines{};  // of each row, where they are told by line
  bool is_last = true;
};

// What became of all rows; lists name the first ones.
struct BodyVerdict {
  sensors::Verdict rows;
  std::uint64_t refused_line = 0;  // of rows.rejected.front(), where lines are told
};

class SentBody : public std::enable_shared_from_this<SentBody> {
 public:
  // The next rows, at most so many; the body stays where it is.
  using Slices = std::function<BodySlice(std::size_t rows_max)>;
  using Answer = std::function<http::Response(const BodyVerdict&, const std::string& request_id)>;

  // As many rows as a record of the journal holds: some milliseconds of work.
  static constexpr std::size_t kSliceRows = 10'000;

  SentBody(const Intake& intake, http::Request request, http::Respond respond);

  [[nodiscard]] std::string_view text() const { return request_.body; }

  void begin(std::string_view source, Slices slices, Answer answer);

 private:
  void record_next();
  void fold(const sensors::Verdict& slice, const std::vector<std::uint64_t>& lines,
            std::size_t rows);
  void fail(const Error& met) const;

  const Intake& intake_;  // of the route
  http::Request request_;
  http::Respond respond_;
  std::string source_;
  Slices slices_;
  Answer answer_;
  BodyVerdict verdict_;
  std::size_t rows_before_ = 0;  // in the slices that are recorded
};

}  // namespace shelduck::server
