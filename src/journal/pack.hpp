// A pack is one archive file that holds several segments, byte for byte up to where they count.
//
//   magic 8, version 4, count 4, then count times (segment 16, offset 8, bytes 8), CRC 4; the bytes
//
// Failure: Error; corrupt for a damaged table, refused for a pack of a newer version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/segment_file.hpp"

namespace shelduck::journal {

// The segments of the pack, with their places in it.
[[nodiscard]] std::vector<SegmentFile> read_pack(FileSystem& files, const std::string& path);

// A new file, on the disk but for its name.
void write_pack(FileSystem& files, const std::string& path, std::span<const SegmentFile> segments);

}  // namespace shelduck::journal
