// dnf.rpm.log and yum.log: one line per package, nothing about transactions. A series of lines
// without a pause is one execution.
#include <chrono>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>

#include "shelduck/interop/logs/dated_line.hpp"
#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {
namespace {

// A dnf that starts needs longer than this to read its metadata. A package line that follows
// `logging initialized` sooner belongs to the update that was running before.
constexpr std::chrono::seconds kDnfStart{1};

// "Upgraded: openssl-libs-1:3.0.7-27.el9.x86_64", the action in any language: the name without
// version, release and architecture. An upgrade writes two such lines for one package.
std::optional<std::string_view> package_of(std::string_view message) {
  const std::size_t colon = message.find(": ");
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view package = message.substr(colon + 2);
  if (package.empty() || package.find(' ') != std::string_view::npos) return std::nullopt;
  for (int part = 0; part < 2; ++part) {
    const std::size_t dash = package.rfind('-');
    if (dash == std::string_view::npos || dash == 0) break;
    package = package.substr(0, dash);
  }
  return package;
}

class PackageSeries {
 public:
  enum class End { known, unknown };

  PackageSeries(Reading& reading, End end) : reading_(reading), end_(end) {}

  void add(const DatedLine& line, std::string_view package) {
    if (entry_ && line.time.instant - latest_ > kEntryPause) close();
    if (!entry_) open(line);
    latest_ = line.time.instant;
    if (end_ == End::known) entry_->end = latest_;
    entry_->flags.set(line.time.flags);
    packages_.emplace(package);
  }

  void close() {
    if (!entry_) return;
    entry_->packages_total = static_cast<std::int64_t>(packages_.size());
    entry_->packages_updated = entry_->packages_total;
    packages_.clear();
    reading_.deliver(std::move(*entry_));
    entry_.reset();
  }

  [[nodiscard]] bool is_open() const { return entry_.has_value(); }

 private:
  void open(const DatedLine& line) {
    entry_ = reading_.new_entry();
    entry_->start = line.time.instant;
    entry_->utc_offset_minutes = line.utc_offset_minutes;
    entry_->identity_bytes = line.message;
  }

  Reading& reading_;
  End end_;
  std::optional<LogEntry> entry_;
  Instant latest_;
  std::unordered_set<std::string> packages_;
};

class DnfRpmReader final : public EntryReader {
 public:
  explicit DnfRpmReader(Reading& reading)
      : dates_(reading), series_(reading, PackageSeries::End::known), reading_(reading) {}

  void line(std::string_view text) override {
    const auto dated = dates_.read(text);
    if (!dated) return;
    if (dated->message.find("logging initialized") != std::string_view::npos) {
      if (initialized_) reading_.count_check();
      initialized_ = dated->time.instant;
      return;
    }
    // dnf 2 wrote packages as INFO, later ones as SUBDEBUG.
    const auto package = dated->level == "SUBDEBUG" || dated->level == "INFO"
                             ? package_of(dated->message)
                             : std::nullopt;
    if (!package) return;
    settle_start(dated->time.instant);
    series_.add(*dated, *package);
  }

  void finish() override {
    series_.close();
    if (initialized_) reading_.count_check();
  }

 private:
  // Whose package this is: of the dnf that has just started, or of the one before.
  void settle_start(Instant now) {
    if (!initialized_) return;
    if (series_.is_open() && now - *initialized_ < kDnfStart) {
      reading_.count_check();
    } else {
      series_.close();
    }
    initialized_.reset();
  }

  DatedLines dates_;
  PackageSeries series_;
  Reading& reading_;
  std::optional<Instant> initialized_;  // a dnf has started and no package came yet
};

class YumReader final : public EntryReader {
 public:
  explicit YumReader(Reading& reading)
      : reading_(reading),
        dates_(reading, DatedLines::Level::absent),
        series_(reading, PackageSeries::End::unknown) {}

  void line(std::string_view text) override {
    const auto dated = dates_.read(text);
    if (!dated) return;
    // Old ones write "Installed: kernel - 2.6.18-92.i686", and no package has two lines.
    const std::size_t colon = dated->message.find(": ");
    if (colon == std::string_view::npos || dated->message.find(' ') < colon) {
      return reading_.reject("the line names no action and package");
    }
    series_.add(*dated, dated->message);
  }

  void finish() override { series_.close(); }

 private:
  Reading& reading_;
  DatedLines dates_;
  PackageSeries series_;
};

}  // namespace

std::unique_ptr<EntryReader> make_dnf_rpm_reader(Reading& reading) {
  return std::make_unique<DnfRpmReader>(reading);
}

std::unique_ptr<EntryReader> make_yum_reader(Reading& reading) {
  return std::make_unique<YumReader>(reading);
}

}  // namespace shelduck::interop::logs
