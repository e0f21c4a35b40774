// Imports a JSON list: the history.json of the other update program, or Shelduck's own export,
// which gives back equal rows (same ids, same records). Elements of both kinds may stand together.
//
//   const ImportReport report = import_json(target_of(store), read, {.source = "duckpond", .clock =
//   clock,
//                                                         .random = random});
//
// A run of the other program gets its id from the source, its own id, its start, and its ordinal
// among different ones that share those; the same element twice is one run. Of a torn file whole
// elements are taken, and the rest is one reject.
// Threads: one. Failure: Error of the reader or the store; bad elements are rejects in the report.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "shelduck/interop/importer.hpp"
#include "shelduck/interop/json_elements.hpp"
#include "shelduck/interop/logs/local_zone.hpp"

namespace shelduck::interop {

struct JsonImportOptions {
  std::string source;                     // whose history a run of the other program is
  std::optional<std::string> hostname{};  // of runs that name none
  logs::LocalZone zone{};                 // of times without an offset
  Clock clock;
  RandomSource random;
  // Called now and then with the bytes read so far; may throw to stop.
  std::function<void(std::uint64_t bytes)> progress{};
};

[[nodiscard]] ImportReport import_json(const ImportTarget& target, ByteReader read,
                                       const JsonImportOptions& options);

// The elements of one file as runs and what goes with them; the part of the import that knows no
// database. It counts runs that share an identity, so it lives as long as one file.
class JsonConverter {
 public:
  struct Options {
    std::string source;
    std::optional<std::string> hostname{};
    logs::LocalZone zone{};
  };

  explicit JsonConverter(Options options) : options_(std::move(options)) {}

  struct Converted {
    std::optional<ImportedRun> run{};
    std::optional<history::ForecastIssued> forecast{};
    std::optional<history::PluginAliased> alias{};
    std::optional<history::FieldUpdated> update{};
  };

  // One of the four is there. Throws Error(invalid_input) for an element that is none of them.
  [[nodiscard]] Converted convert(const JsonElement& element);

  [[nodiscard]] bool assumed_zone() const noexcept { return assumed_zone_; }

 private:
  Options options_;
  std::map<std::string, std::vector<Uuid>> contents_;  // by identity, in the order of the file
  bool assumed_zone_ = false;
};

}  // namespace shelduck::interop
