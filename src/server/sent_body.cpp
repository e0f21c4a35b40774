#include "shelduck/server/sent_body.hpp"

#include <utility>

#include "shelduck/http/problem.hpp"
#include "shelduck/server/public_failure.hpp"

namespace shelduck::server {

using sensors::Verdict;

SentBody::SentBody(const Intake& intake, http::Request request, http::Respond respond)
    : intake_(intake), request_(std::move(request)), respond_(std::move(respond)) {}

void SentBody::begin(std::string_view source, Slices slices, Answer answer) {
  source_ = source;
  slices_ = std::move(slices);
  answer_ = std::move(answer);
  record_next();
}

void SentBody::record_next() {
  auto slice = std::make_shared<BodySlice>(slices_(kSliceRows));
  const auto verdict = std::make_shared<Verdict>();
  const std::size_t rows = slice->rows.size();
  const sensors::Receipt receipt{
      .now = intake_.clock(), .source = source_, .nodes_max = intake_.nodes_max};
  // The rows borrow their text from the body, which lives as long as these functions.
  intake_.service.record(
      {.claim = sensors::claim_of(std::move(slice->rows), receipt, verdict),
       .done =
           [self = shared_from_this(), slice, verdict, rows](store::Said) {
             self->fold(*verdict, slice->lines, rows);
             if (!slice->is_last) return self->record_next();
             self->respond_(self->answer_(self->verdict_, self->request_.id));
           },
       .failed = [self = shared_from_this()](const Error& error) { self->fail(error); }});
}

void SentBody::fold(const Verdict& slice, const std::vector<std::uint64_t>& lines,
                    std::size_t rows) {
  Verdict& all = verdict_.rows;
  all.inserted += slice.inserted;
  all.duplicates += slice.duplicates;
  all.conflicts += slice.conflicts;
  all.rejected_count += slice.rejected_count;
  if (all.rejected.empty() && !slice.rejected.empty() && !lines.empty()) {
    verdict_.refused_line = lines.at(slice.rejected.front().index);
  }
  for (const std::size_t index : slice.conflicting) {
    if (all.conflicting.size() >= Verdict::kListedMax) break;
    all.conflicting.push_back(rows_before_ + index);
  }
  for (const Verdict::Rejected& one : slice.rejected) {
    if (all.rejected.size() >= Verdict::kListedMax) break;
    all.rejected.push_back({rows_before_ + one.index, one.refusal});
  }
  rows_before_ += rows;
  intake_.counts.add(ReadingCounts::Outcome::inserted, slice.inserted);
  intake_.counts.add(ReadingCounts::Outcome::duplicate, slice.duplicates);
  intake_.counts.add(ReadingCounts::Outcome::conflict, slice.conflicts);
  intake_.counts.add(ReadingCounts::Outcome::rejected, slice.rejected_count);
}

void SentBody::fail(const Error& met) const {
  const Error error = public_failure(met);
  if (http::is_private(error.kind())) intake_.failed(request_.id, error.what());
  respond_(http::problem_response(error, request_.id));
}

}  // namespace shelduck::server
