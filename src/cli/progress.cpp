#include "shelduck/cli/progress.hpp"

#include <algorithm>

#include "shelduck/core/bytes.hpp"

namespace shelduck::cli {
namespace {

constexpr std::size_t kBarColumns = 20;
constexpr Seconds kSpeedIsKnownAfter{2};

std::string amount(std::int64_t value, ProgressReport::Unit unit) {
  return unit == ProgressReport::Unit::bytes ? human_bytes(static_cast<double>(value))
                                             : std::to_string(value);
}

std::string bar(double share) {
  const auto full = static_cast<std::size_t>(share * static_cast<double>(kBarColumns));
  return "[" + std::string(full, '#') + std::string(kBarColumns - full, '-') + "]";
}

}  // namespace

void Progress::update(const ProgressReport& report) {
  if (!options_.write) return;
  const Instant now = options_.clock();
  if (!begun_ || label_ != report.label) {
    begun_ = now;
    label_ = report.label;
  }
  if (drawn_ && now - *drawn_ < options_.interval) return;
  drawn_ = now;
  std::string text = line(report, now - *begun_);
  if (text.size() >= options_.width) text.resize(options_.width - 1);
  const std::size_t columns = text.size();
  if (columns < columns_) text.append(columns_ - columns, ' ');
  columns_ = columns;
  options_.write("\r" + text);
}

void Progress::clear() {
  if (columns_ > 0) options_.write("\r" + std::string(columns_, ' ') + "\r");
  columns_ = 0;
  drawn_.reset();
}

std::string Progress::line(const ProgressReport& report, Seconds elapsed) const {
  std::string text(report.label);
  if (!report.total || *report.total <= 0) return text + "  " + amount(report.done, report.unit);
  const double share =
      std::clamp(static_cast<double>(report.done) / static_cast<double>(*report.total), 0.0, 1.0);
  text += "  " + bar(share) + "  " + std::to_string(static_cast<int>(share * 100)) + " %  " +
          amount(report.done, report.unit) + " of " + amount(*report.total, report.unit);
  if (elapsed >= kSpeedIsKnownAfter && share > 0) {
    text += "  " + human_duration(elapsed * ((1 - share) / share)) + " left";
  }
  return text;
}

}  // namespace shelduck::cli
