// Any bytes as a segment file: reading them neither crashes nor loops, live and under the lock;
// what is handed out lies inside the segment, in order, and the same twice. The first byte says
// under which conditions the rest is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/segment_reader.hpp"
#include "shelduck/journal/testing/simulated_disk.hpp"

namespace {

using shelduck::journal::DamagedRange;
using shelduck::journal::FileSystem;
using shelduck::journal::Identity;
using shelduck::journal::SegmentReader;
using shelduck::journal::testing::SimulatedDisk;
using shelduck::journal::testing::SimulatedProcess;

constexpr std::string_view kPath = "/d/h.duckdb.journal/x.seg";
const shelduck::Uuid kSegment{{0xAA}};
const Identity kIdentity{shelduck::Uuid{{1, 2, 3}}, "history"};

std::vector<std::uint64_t> sequences(SegmentReader& reader) {
  std::vector<std::uint64_t> found;
  while (const auto record = reader.next()) {
    if (!found.empty() && record->sequence <= found.back()) std::abort();
    found.push_back(record->sequence);
  }
  if (!found.empty() && found.back() > reader.last_sequence()) std::abort();
  return found;
}

void read(FileSystem& files, std::uint8_t conditions) {
  SegmentReader reader(files, {.id = kSegment, .path = std::string(kPath)}, {kIdentity, {1, 2}});
  const auto live = sequences(reader);
  if ((conditions & 2) != 0) reader.obey_void_after(conditions >> 4);
  if ((conditions & 1) != 0 && !reader.try_own()) std::abort();
  for (const DamagedRange& range : reader.damaged()) {
    if (range.offset + range.bytes > (1U << 24)) std::abort();
  }
  reader.seek(0);
  const auto first = sequences(reader);
  reader.seek(0);
  if (first != sequences(reader)) std::abort();
  if (conditions == 1 && first.size() < live.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  SimulatedDisk disk;
  disk.put(std::string(kPath), {reinterpret_cast<const char*>(data) + 1, size - 1});
  SimulatedProcess process{disk, 1};
  read(process, data[0]);
  return 0;
}
