#include "shelduck/journal/segment_file.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace shelduck::journal {

namespace {

constexpr std::size_t kUuidText = 36;
constexpr std::string_view kUpto = ".upto-";
constexpr std::string_view kSegmentSuffix = ".seg";

std::string_view suffix_of(Shelf shelf) {
  switch (shelf) {
    case Shelf::unfinished:
      return ".tmp";
    case Shelf::import:
      return ".import";
    case Shelf::closed:
      return ".closed";
    case Shelf::open:
    case Shelf::archive:
    case Shelf::damaged:
      return kSegmentSuffix;
  }
  return kSegmentSuffix;
}

std::optional<Shelf> shelf_of(std::string_view suffix) {
  for (const Shelf shelf : {Shelf::unfinished, Shelf::open, Shelf::import, Shelf::closed}) {
    if (suffix == suffix_of(shelf)) return shelf;
  }
  return std::nullopt;
}

}  // namespace

std::string segment_path(const std::string& directory, const Uuid& id, Shelf shelf) {
  return directory + "/" + to_string(id) + std::string(suffix_of(shelf));
}

std::vector<SegmentFile> list_segments(FileSystem& files, const std::string& directory) {
  std::map<Uuid, Shelf> found;
  for (const std::string& name : files.list(directory)) {
    const auto id = parse_uuid(std::string_view(name).substr(0, kUuidText));
    if (!id) continue;
    const auto shelf = shelf_of(std::string_view(name).substr(kUuidText));
    if (!shelf) continue;
    const auto [place, is_new] = found.emplace(*id, *shelf);
    if (!is_new) place->second = std::max(place->second, *shelf);
  }
  std::vector<SegmentFile> segments;
  for (const auto& [id, shelf] : found) {
    segments.push_back({.id = id, .shelf = shelf, .path = segment_path(directory, id, shelf)});
  }
  return segments;
}

std::optional<SegmentFile> parse_kept_name(std::string_view name) {
  if (name.size() < kUuidText) return std::nullopt;
  const auto id = parse_uuid(name.substr(0, kUuidText));
  name.remove_prefix(kUuidText);
  if (!id || !name.ends_with(kSegmentSuffix)) return std::nullopt;
  name.remove_suffix(kSegmentSuffix.size());
  SegmentFile file{.id = *id, .shelf = Shelf::archive};
  if (name.empty()) return file;
  if (!name.starts_with(kUpto)) return std::nullopt;
  name.remove_prefix(kUpto.size());
  std::uint64_t sequence = 0;
  const auto parsed = std::from_chars(name.data(), name.data() + name.size(), sequence);
  if (parsed.ec != std::errc{} || parsed.ptr != name.data() + name.size()) return std::nullopt;
  file.void_after = sequence;
  return file;
}

}  // namespace shelduck::journal
