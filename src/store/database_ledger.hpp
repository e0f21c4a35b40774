// DatabaseLedger stores frames through a domain, with their positions, in one transaction each.
// Private to the store.
//
// Where a batch breaks a rule of the engine (a constraint, a value that does not convert) it is
// halved until the one bad record stands alone; that one goes to quarantine. A domain judges its
// records itself, so this is the net below it. Where a commit reports an error the database is
// opened anew, and the positions say whether the batch is in it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/store/quarantine_desk.hpp"
#include "shelduck/store/replay.hpp"
#include "shelduck/store/session.hpp"

namespace shelduck::store::detail {

class DatabaseLedger final : public Ledger {
 public:
  explicit DatabaseLedger(Session& session) : session_(session) {}

  [[nodiscard]] Positions positions() override { return session_.positions(); }
  void store(std::span<const Frame> frames) override;
  void store_damage(const journal::DamagedRange& range) override;

  [[nodiscard]] std::uint64_t quarantined() const noexcept { return quarantined_; }

 private:
  enum class Treatment { apply, refuse };
  // The error of a batch whose content is at fault; throws every other. A commit in doubt that
  // turns out durable is none.
  [[nodiscard]] std::optional<Error> store_or_refuse(std::span<const Frame> frames,
                                                     Treatment treatment,
                                                     const std::string& reason);
  void store_once(std::span<const Frame> frames, Treatment treatment, const std::string& reason);
  void apply(ApplyContext& context, QuarantineDesk& desk, std::span<const Frame> frames) const;
  static void commit(Transaction& transaction);
  // That so many records were committed, and what they mean to those who watch.
  void tell(std::uint64_t records, std::span<const Events> events, std::uint64_t stored);

  Session& session_;
  std::uint64_t quarantined_ = 0;
};

}  // namespace shelduck::store::detail
