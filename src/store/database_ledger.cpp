#include "shelduck/store/database_ledger.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/store/path.hpp"

namespace shelduck::store::detail {

namespace {

// Errors that a record's content can cause; all others are of the world or of the program.
bool is_about_content(const Error& error) {
  return error.kind() == ErrorKind::invalid_input || error.kind() == ErrorKind::conflict;
}

// The error of a commit: the batch may or may not be in the file.
struct CommitInDoubt {
  Error error;
};

std::optional<Uuid> id_in(const Frame& frame) {
  Uuid id;
  if (frame.payload.size() < id.bytes.size()) return std::nullopt;
  std::memcpy(id.bytes.data(), frame.payload.data(), id.bytes.size());
  return id;
}

void store_positions(Transaction& transaction, std::span<const Frame> frames) {
  Positions positions;
  auto reached = positions.end();  // frames of one segment mostly stand together
  for (const Frame& frame : frames) {
    if (reached == positions.end() || reached->first != frame.position.segment) {
      reached = positions.try_emplace(frame.position.segment).first;
    }
    reached->second = std::max(reached->second, frame.position.sequence);
  }
  for (const auto& [segment, sequence] : positions) {
    const std::int64_t changed = transaction.execute(
        "UPDATE journal_position SET sequence = ? WHERE segment = ?", {sequence, segment});
    if (changed == 0) {
      transaction.execute("INSERT INTO journal_position VALUES (?, ?)", {segment, sequence});
    }
  }
}

void count(Transaction& transaction, std::uint64_t records) {
  transaction.execute("UPDATE apply_counter SET applied = applied + ?",
                      {static_cast<std::int64_t>(records)});
}

// A retry that fails again leaves its row where it is; it is no record of its own.
void refuse(ApplyContext& context, std::span<const Frame> frames, const std::string& reason) {
  for (const Frame& frame : frames) {
    if (frame.type >= kFirstStoreType) {
      context.log()(LogLevel::warning, "a quarantined record was refused again: " + reason);
    } else {
      context.quarantine(frame, {.reason = reason});
    }
  }
}

void retry(ApplyContext& context, QuarantineDesk& desk, const Domain& domain, const Uuid& id) {
  const std::optional<QuarantineDesk::Taken> taken = desk.take(id);
  if (!taken) return;
  const Frame frame{taken->type, taken->payload, taken->position};
  domain.apply(context, {&frame, 1});
}

}  // namespace

void DatabaseLedger::store(std::span<const Frame> frames) {
  const std::optional<Error> refused = store_or_refuse(frames, Treatment::apply, "");
  if (!refused) return;
  if (frames.size() == 1) {
    if (const auto again = store_or_refuse(frames, Treatment::refuse, refused->what())) {
      throw Error{*again};
    }
    return;
  }
  store(frames.first(frames.size() / 2));
  store(frames.subspan(frames.size() / 2));
}

std::optional<Error> DatabaseLedger::store_or_refuse(std::span<const Frame> frames,
                                                     Treatment treatment,
                                                     const std::string& reason) {
  try {
    store_once(frames, treatment, reason);
  } catch (const CommitInDoubt& doubt) {
    session_.reopen();
    const Positions now = session_.positions();
    for (const Frame& frame : frames) {
      const auto position = now.find(frame.position.segment);
      if (position == now.end() || position->second < frame.position.sequence) throw doubt.error;
    }
    tell(0, {}, 0);
  } catch (const Error& error) {
    if (!is_about_content(error)) throw;
    return error;
  }
  return std::nullopt;
}

void DatabaseLedger::store_once(std::span<const Frame> frames, Treatment treatment,
                                const std::string& reason) {
  const OpenOptions& options = session_.options();
  Transaction transaction{session_.connection(), options.log};
  QuarantineDesk desk{transaction};
  std::vector<Events> events;
  ApplyContext context{transaction, desk, options.log, options.applied ? &events : nullptr};
  if (treatment == Treatment::refuse) {
    refuse(context, frames, reason);
  } else {
    apply(context, desk, frames);
  }
  store_positions(transaction, frames);
  count(transaction, frames.size());
  session_.step("apply.before_commit");
  commit(transaction);
  for (const auto& log : log_paths(session_.path())) adopt_folder_owner(log);
  session_.step("apply.committed");
  quarantined_ += desk.count();
  tell(frames.size(), events, context.stored());
}

void DatabaseLedger::tell(std::uint64_t records, std::span<const Events> events,
                          std::uint64_t stored) {
  session_.note_applied(records);
  const auto& applied = session_.options().applied;
  if (!applied) return;
  const Version version = session_.version();
  applied(
      {.version = version, .before = version.count - records, .events = events, .stored = stored});
}

void DatabaseLedger::apply(ApplyContext& context, QuarantineDesk& desk,
                           std::span<const Frame> frames) const {
  std::vector<Frame> own;
  const bool is_mixed =
      std::ranges::any_of(frames, [](const Frame& frame) { return frame.type >= kFirstStoreType; });
  if (!is_mixed) return session_.domain().apply(context, frames);
  std::vector<Frame> of_domain;
  for (const Frame& frame : frames) {
    (frame.type >= kFirstStoreType ? own : of_domain).push_back(frame);
  }
  if (!of_domain.empty()) session_.domain().apply(context, of_domain);
  for (const Frame& frame : own) {
    const std::optional<Uuid> id = id_in(frame);
    if (!id) {
      context.quarantine(frame, {.reason = "payload: shorter than the 16 bytes of an id"});
    } else if (frame.type == kQuarantineDrop) {
      desk.drop(*id);
    } else {
      retry(context, desk, session_.domain(), *id);
    }
  }
}

void DatabaseLedger::commit(Transaction& transaction) {
  try {
    transaction.commit();
  } catch (const Error& error) {
    throw CommitInDoubt{error};
  }
}

void DatabaseLedger::store_damage(const journal::DamagedRange& range) {
  Transaction transaction{session_.connection(), session_.options().log};
  QuarantineDesk desk{transaction};
  desk.put(range);
  transaction.commit();
  quarantined_ += desk.count();
}

}  // namespace shelduck::store::detail
