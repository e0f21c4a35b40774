// SqliteReadingStore answers from the tables of migrations/, all of one snapshot: that of its
// caller's transaction, or one that begins with the first question and ends with the store.
//
//   SqliteReadingStore store{connection};
//   return json(ask(store, ReadingsOptions{.limit = 100}));
//
// The connection does nothing else meanwhile.
#pragma once

#include <optional>

#include "shelduck/sensors/reading_store.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::sensors {

class SqliteReadingStore final : public ReadingStore {
 public:
  explicit SqliteReadingStore(store::Connection& connection);
  explicit SqliteReadingStore(store::Transaction& snapshot) : snapshot_(snapshot) {}
  ~SqliteReadingStore() override;

  [[nodiscard]] std::vector<NodeRow> nodes(const NodeWindow& window) override;
  [[nodiscard]] std::optional<NodeRow> node(std::uint64_t address) override;
  [[nodiscard]] Extent extent() override;
  [[nodiscard]] std::int64_t count(const ReadingFilter& filter) override;
  [[nodiscard]] std::vector<Reading> newest_first(const ReadingFilter& filter,
                                                  const RowWindow& window) override;
  [[nodiscard]] std::vector<Reading> some(const ReadingFilter& filter, std::int64_t limit) override;
  [[nodiscard]] NodeColumns columns_of(std::uint64_t address, const TimeRange& range) override;
  [[nodiscard]] std::int64_t edge() override;
  [[nodiscard]] std::vector<StoredRefusal> refused(const RefusedFilter& filter) override;
  [[nodiscard]] std::vector<StoredRefusal> refused(const IdRange& ids, std::int64_t limit) override;
  [[nodiscard]] RefusedCount count_refused(const std::optional<std::string>& reason) override;
  [[nodiscard]] RefusedBefore refused_before(std::int64_t at) override;

 private:
  std::optional<store::Transaction> own_;
  store::Transaction& snapshot_;
};

}  // namespace shelduck::sensors
