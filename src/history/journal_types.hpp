// The record types of the history domain, as its journal wants them.
#pragma once

#include <vector>

#include "shelduck/history/records/record.hpp"
#include "shelduck/journal/writer.hpp"

namespace shelduck::history {

[[nodiscard]] inline std::vector<journal::RecordType> journal_types() {
  std::vector<journal::RecordType> types;
  for (const std::uint16_t type : known_record_types()) {
    types.push_back({type, is_reserved(static_cast<RecordType>(type))
                               ? journal::RecordClass::reserved
                               : journal::RecordClass::ordinary});
  }
  return types;
}

}  // namespace shelduck::history
