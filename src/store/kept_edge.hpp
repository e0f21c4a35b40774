// KeptEdge keeps one edge in two places: the rows of a domain say before what nothing is kept any
// more, and the journal's identity says it too, because rows may be replaced by an older copy.
// Private to the store.
//
//   if (auto record = edge.owed_record(connection)) append(*record);   // the rows are behind
//   edge.keep(connection);                                             // the journal is behind
//
// Looks only where something may have moved: after an opening, and after doubt().
// Threads: doubt() and is_doubted() from any, the rest by the owner's.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/store/domain.hpp"

namespace shelduck::store::detail {

class KeptEdge {
 public:
  KeptEdge(journal::FileSystem& files, std::string directory, const Domain& domain)
      : files_(files), directory_(std::move(directory)), domain_(domain) {}

  // Call it when the records that may move the edge are durable, not before.
  void doubt() noexcept { is_doubted_ = true; }
  void doubt_after(std::span<const Record> records) noexcept;
  [[nodiscard]] bool is_doubted() const noexcept { return domain_.edge && is_doubted_; }

  // What brings the rows up to the journal's edge.
  [[nodiscard]] std::optional<Record> owed_record(Connection& connection);

  // Brings the journal up to the rows' edge, durably.
  void keep(Connection& connection);

 private:
  journal::FileSystem& files_;
  const std::string directory_;
  const Domain& domain_;
  std::atomic<bool> is_doubted_{true};
};

}  // namespace shelduck::store::detail
