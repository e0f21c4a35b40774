#include "shelduck/journal/pack.hpp"

#include <algorithm>
#include <memory>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/byte_order.hpp"
#include "shelduck/journal/crc32c.hpp"
#include "shelduck/journal/frame_cursor.hpp"

namespace shelduck::journal {

namespace {

constexpr std::string_view kPackMagic = "SHDKPACK";
constexpr std::uint32_t kPackVersion = 1;
constexpr std::size_t kFixedBytes = 16;
constexpr std::size_t kEntryBytes = 32;
constexpr std::uint32_t kEntriesMax = 1U << 20;
constexpr std::size_t kCopyBytes = 1U << 20;

Error damaged_pack(const std::string& path) {
  return {ErrorKind::corrupt,
          "the table of archive pack '" + path + "' is damaged",
          {.field = "path", .value = path, .hint = "run db check"}};
}

std::string read_table(File& file, const std::string& path) {
  std::string bytes(kFixedBytes, '\0');
  if (file.read_at(0, bytes) != kFixedBytes || !bytes.starts_with(kPackMagic))
    throw damaged_pack(path);
  if (get<std::uint32_t>(bytes, 8) > kPackVersion) {
    throw Error{ErrorKind::refused,
                "archive pack '" + path + "' is of a newer version",
                {.field = "path", .value = path, .hint = "use the newer shelduck that made it"}};
  }
  const auto count = get<std::uint32_t>(bytes, 12);
  if (count > kEntriesMax) throw damaged_pack(path);
  std::string entries(count * kEntryBytes + 4, '\0');
  if (file.read_at(kFixedBytes, entries) != entries.size()) throw damaged_pack(path);
  bytes += entries;
  const auto written = get<std::uint32_t>(bytes, bytes.size() - 4);
  bytes.resize(bytes.size() - 4);
  if (crc32c(bytes) != written) throw damaged_pack(path);
  return bytes;
}

// The bytes of a segment that count: all of them, or those before the void.
std::uint64_t bytes_that_count(File& file, const SegmentFile& segment) {
  const std::uint64_t there = file.status().bytes - segment.offset;
  if (!segment.void_after) return segment.bytes.value_or(there);
  FrameCursor cursor(file, segment);
  std::optional<Frame> frame = cursor.peek();
  while (frame && frame->sequence <= *segment.void_after) {
    cursor.advance(*frame);
    frame = cursor.peek();
  }
  return cursor.offset();
}

void copy(File& from, const SegmentFile& segment, File& to, const SegmentFile& place) {
  std::uint64_t done = 0;
  while (done < *place.bytes) {
    std::string chunk(
        static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, *place.bytes - done)), '\0');
    if (from.read_at(segment.offset + done, chunk) != chunk.size()) {
      throw Error{ErrorKind::corrupt,
                  "segment '" + segment.path + "' became shorter",
                  {.field = "path", .value = segment.path}};
    }
    to.write_at(place.offset + done, chunk);
    done += chunk.size();
  }
}

std::unique_ptr<File> open_present(FileSystem& files, const std::string& path) {
  auto file = files.open(path, Access::read);
  if (file) return file;
  throw Error{ErrorKind::not_found,
              "archive file '" + path + "' is gone",
              {.field = "path", .value = path}};
}

}  // namespace

std::vector<SegmentFile> read_pack(FileSystem& files, const std::string& path) {
  const auto file = open_present(files, path);
  const std::string table = read_table(*file, path);
  std::vector<SegmentFile> segments;
  for (std::size_t at = kFixedBytes; at < table.size(); at += kEntryBytes) {
    segments.push_back({.id = get_uuid(table, at),
                        .shelf = Shelf::archive,
                        .path = path,
                        .offset = get<std::uint64_t>(table, at + 16),
                        .bytes = get<std::uint64_t>(table, at + 24)});
  }
  return segments;
}

void write_pack(FileSystem& files, const std::string& path, std::span<const SegmentFile> segments) {
  std::string table(kPackMagic);
  put(table, kPackVersion);
  put(table, static_cast<std::uint32_t>(segments.size()));
  std::vector<SegmentFile> places;
  std::uint64_t offset = kFixedBytes + segments.size() * kEntryBytes + 4;
  for (const SegmentFile& segment : segments) {
    const auto from = open_present(files, segment.path);
    const std::uint64_t bytes = bytes_that_count(*from, segment);
    places.push_back({.id = segment.id, .offset = offset, .bytes = bytes});
    put(table, segment.id);
    put(table, offset);
    put(table, bytes);
    offset += bytes;
  }
  put(table, crc32c(table));
  const auto to = files.create(path);
  if (!to) throw Error{ErrorKind::conflict, "'" + path + "' is there already"};
  to->write_at(0, table);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    copy(*open_present(files, segments[i].path), segments[i], *to, places[i]);
  }
  to->sync_data();
}

}  // namespace shelduck::journal
