// A record of the history as the store takes it.
#pragma once

#include <utility>

#include "shelduck/history/records/record.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::history {

template <class Record>
store::Record store_record(const Record& record) {
  EncodedRecord encoded = to_journal(record);
  return {encoded.type, std::move(encoded.payload)};
}

}  // namespace shelduck::history
