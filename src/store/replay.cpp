#include "shelduck/store/replay.hpp"

#include <algorithm>
#include <utility>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {

using journal::SegmentEnd;
using journal::SegmentReader;

namespace {

// Payloads are copied together, because a piece of memory for each would cost more than its bytes.
constexpr std::size_t kPayloadChunkBytes = 64U << 10U;

}  // namespace

Replay::Replay(journal::Backlog& backlog, Ledger& ledger, ReplayOptions options)
    : backlog_(backlog), ledger_(ledger), options_(std::move(options)) {}

ReplayReport Replay::run() {
  report_ = {};
  is_full_ = false;
  backlog_.scan();
  positions_ = ledger_.positions();
  for (SegmentReader* segment : backlog_.segments()) {
    if (!report_.has_more) visit(*segment);
  }
  flush();
  store_damage();
  return std::move(report_);
}

void Replay::visit(SegmentReader& segment) {
  if (options_.is_cancelled && options_.is_cancelled()) {
    throw Error{ErrorKind::cancelled,
                "interrupted while applying: what was applied is stored, the rest stays in the "
                "journal"};
  }
  const Uuid id = segment.file().id;
  if (segment.end() == SegmentEnd::foreign) {
    return note("segment " + to_string(id) + " belongs to another database; it was left alone");
  }
  if (options_.upto ? !options_.upto->contains(id) : segment.is_settled()) return;
  const auto position = positions_.find(id);
  segment.seek(position == positions_.end() ? 0 : position->second);
  if (options_.upto) {
    segment.limit_to(options_.upto->at(id));
  } else {
    (void)backlog_.try_own(segment);
    if (!is_meant(segment)) return;
  }
  if (segment.owned() && segment.ends_before_position()) {
    report_.beyond_end.push_back(to_string(id));
    note("segment " + to_string(id) +
         " is shorter than what was applied of it: the disk lost what "
         "it had confirmed; the rows are kept");
    if (!options_.upto) backlog_.close_beyond_end(segment);
    return;
  }
  read(segment);
}

bool Replay::is_meant(const SegmentReader& segment) const {
  const bool is_import = segment.file().shelf == journal::Shelf::import;
  if (options_.frames == Frames::of_imports) return is_import;
  return !is_import || segment.owned();
}

bool Replay::may_go_on() {
  report_.has_more = options_.frames_max && report_.frames >= *options_.frames_max;
  return !report_.has_more;
}

void Replay::read(SegmentReader& segment) {
  bool is_whole = true;
  while (may_go_on()) {
    const auto record = segment.next();
    if (!record) break;
    ++report_.frames;
    if (is_full_) {
      ++report_.waiting;
      continue;
    }
    add(segment.file().id, *record);
    if (batch_.size() < options_.batch_frames && batch_bytes_ < options_.batch_bytes) continue;
    if (!seal(segment)) {
      is_whole = false;
      break;
    }
    flush();
  }
  if (is_whole && !is_full_) is_whole = seal(segment);
  if (segment.owned()) judge(segment, is_whole && !is_full_ && !report_.has_more);
}

bool Replay::seal(SegmentReader& segment) {
  if (sealed_ == batch_.size()) return true;
  try {
    segment.make_durable(batch_.back().position.sequence);
  } catch (const Error& error) {
    const std::size_t lost = batch_.size() - sealed_;
    report_.waiting += lost;
    batch_.resize(sealed_);
    note("segment " + to_string(segment.file().id) + ": " + std::to_string(lost) +
         " records wait, their sync failed: " + error.what());
    return false;
  }
  sealed_ = batch_.size();
  return true;
}

void Replay::judge(SegmentReader& segment, bool is_whole) {
  const std::string id = to_string(segment.file().id);
  for (const journal::DamagedRange& range : segment.damaged()) report_.damaged.push_back(range);
  if (segment.end() == SegmentEnd::newer) {
    return note("segment " + id + " was written by a newer version; its records wait for it");
  }
  if (segment.end() == SegmentEnd::torn && segment.torn_tail().bytes > 0) {
    note("segment " + id + " ends in an unfinished write of " +
         std::to_string(segment.torn_tail().bytes) + " bytes, " +
         std::to_string(segment.torn_tail().records) + " records after it were skipped");
  }
  if (is_whole) report_.ended.push_back(segment.file().id);
}

void Replay::add(const Uuid& segment, const journal::StoredRecord& record) {
  const std::size_t size = record.payload.size();
  if (payloads_.empty() || payloads_.back().capacity() - payloads_.back().size() < size) {
    payloads_.emplace_back().reserve(std::max(size, kPayloadChunkBytes));
  }
  std::string& chunk = payloads_.back();
  chunk += record.payload;
  batch_.push_back({record.type,
                    std::string_view{chunk}.substr(chunk.size() - size),
                    {segment, record.sequence}});
  batch_bytes_ += record.payload.size();
}

void Replay::flush() {
  std::vector<Frame> frames = std::exchange(batch_, {});
  const std::deque<std::string> payloads = std::exchange(payloads_, {});
  batch_bytes_ = 0;
  sealed_ = 0;
  try {
    if (!frames.empty()) ledger_.store(frames);
    report_.applied += frames.size();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::exhausted) throw;
    is_full_ = true;
    report_.waiting += frames.size();
    report_.ended.clear();
    note(std::string("no space to apply records, they wait in the journal: ") + error.what());
  }
}

void Replay::store_damage() {
  if (is_full_) return;
  for (const journal::DamagedRange& range : report_.damaged) ledger_.store_damage(range);
}

void Replay::note(std::string text) {
  if (options_.log) options_.log(LogLevel::warning, text);
  report_.notes.push_back(std::move(text));
}

}  // namespace shelduck::store::detail
