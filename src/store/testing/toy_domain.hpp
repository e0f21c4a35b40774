// A small domain for tests: numbers with values. Its records are words, so a test reads like a log:
//
//   "put 4 20"     number 4 has the value 20; of two values the lower one stays
//   "delete 4"     for good, whatever comes later
//   "prune 3"      numbers below 3 are gone for good
//   "start 9"      open until "end 9"; "interrupt 9" follows when its segment ended without it
//   anything else  goes to quarantine
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/writer.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/recording.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::testing {

inline constexpr std::uint16_t kWord = 1;
inline constexpr std::uint16_t kReservedWord = 2;

[[nodiscard]] Domain toy_domain(Backend backend = Backend::duckdb);

// The same with one migration more, and a rule less strict: "triple N" is no bad record there.
[[nodiscard]] Domain newer_toy_domain(Backend backend = Backend::duckdb);

// Options with a clock that moves a millisecond at each look, and no real sleep.
[[nodiscard]] OpenOptions toy_options();

// What a client of a service says: number `n` has the value `v`. Once.
[[nodiscard]] Claim putting(std::int64_t n, std::int64_t v);

// What another process does: appends words to the journal of `database`, durably.
class ToyWriter {
 public:
  explicit ToyWriter(const std::filesystem::path& database, std::uint64_t segment_bytes = 4U << 20U,
                     journal::Shelf shelf = journal::Shelf::open);

  void write(const std::vector<std::string>& words);
  // Writes a word and keeps its segment locked until the writer dies.
  void hold(const std::string& word);

 private:
  journal::PosixFileSystem files_;
  std::unique_ptr<journal::Writer> writer_;
  std::vector<journal::OpenStart> held_;
};

// The table as a map; and what a plain model makes of the same words.
[[nodiscard]] std::map<std::int64_t, std::int64_t> numbers(Connection& connection);
[[nodiscard]] std::map<std::int64_t, std::int64_t> model(const std::vector<std::string>& words);

// "prune" of that edge, as an owner writes it.
[[nodiscard]] Record pruning(std::int64_t edge);

[[nodiscard]] std::vector<Record> records(const std::vector<std::string>& words);

}  // namespace shelduck::store::testing
