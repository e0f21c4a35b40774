#include "shelduck/store/recovery.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "shelduck/store/database.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/trial.hpp"

namespace shelduck::store::detail {

namespace {

using Outcome = TrialResult::Outcome;

// The engine names the end of the entry's header; the entry itself begins 16 bytes before.
std::optional<std::uintmax_t> end_of_whole_part(std::string_view message) {
  constexpr std::string_view kWords = "entry at byte position ";
  constexpr std::uintmax_t kEntryHeaderBytes = 16;
  const std::size_t at = message.find(kWords);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view digits = message.substr(at + kWords.size());
  std::uintmax_t position = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), position);
  if (failure != std::errc{} || position <= kEntryHeaderBytes) return std::nullopt;
  return position - kEntryHeaderBytes;
}

class Ladder {
 public:
  Ladder(const std::filesystem::path& database, const std::filesystem::path& engine,
         const LogSink& log)
      : database_(database), engine_(engine), log_(log) {}

  // SQLite takes the whole part of its log up by itself, and its opening neither throws nor aborts.
  Recovery climb() {
    if (!has_log() || backend_of(database_) == Backend::sqlite) return {};
    TrialResult trial = trial_open(engine_, database_);
    if (trial.outcome == Outcome::wal_damaged) trial = salvage(trial);
    if (trial.outcome == Outcome::wal_mismatch || trial.outcome == Outcome::wal_damaged) {
      set_log_aside(trial.outcome == Outcome::wal_mismatch ? "it is of an older state of the file"
                                                           : "it cannot be replayed");
      trial = trial_open(engine_, database_);
    }
    recovery_.is_file_damaged = trial.outcome != Outcome::opens;
    recovery_.reason = trial.message;
    return recovery_;
  }

 private:
  [[nodiscard]] bool has_log() const { return std::filesystem::exists(wal_path(database_)); }

  TrialResult salvage(const TrialResult& failed) {
    const std::optional<std::uintmax_t> whole = end_of_whole_part(failed.message);
    if (!whole) return failed;
    const std::filesystem::path kept = set_log_aside("it is torn; its whole part is tried");
    copy_plain_file(kept, wal_path(database_));
    std::filesystem::resize_file(wal_path(database_), *whole);
    sync_file(wal_path(database_));
    sync_directory(folder_of(database_));
    return trial_open(engine_, database_);
  }

  std::filesystem::path set_log_aside(std::string_view why) {
    if (!has_log()) return {};
    const std::filesystem::path kept = free_name(wal_path(database_), "set-aside");
    rename_durably(wal_path(database_), kept);
    recovery_.notes.push_back("the engine's log of " + database_.string() + " was set aside as " +
                              kept.string() + ": " + std::string(why) +
                              "; what it held is applied again from the journal");
    log_(LogLevel::warning, recovery_.notes.back());
    return kept;
  }

  const std::filesystem::path& database_;
  const std::filesystem::path& engine_;
  const LogSink& log_;
  Recovery recovery_;
};

}  // namespace

Recovery recover(const std::filesystem::path& database, const std::filesystem::path& engine,
                 const LogSink& log) {
  return Ladder{database, engine, log}.climb();
}

}  // namespace shelduck::store::detail
