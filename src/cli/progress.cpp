#include "shelduck/cli/progress.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "shelduck/core/bytes.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/frame.hpp"

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

std::string encode(const ProgressReport& report) {
  return delegation::encode_texts({std::string(report.label), std::to_string(report.done),
                                   report.total ? std::to_string(*report.total) : "",
                                   report.unit == ProgressReport::Unit::bytes ? "bytes" : "items"});
}

void show(std::string_view bytes, Progress& progress) {
  const std::vector<std::string> texts = delegation::decode_texts(bytes);
  constexpr std::size_t kTexts = 4;
  if (texts.size() < kTexts) {
    throw Error{ErrorKind::invalid_input, "what the server says of its progress is none"};
  }
  progress.update(
      {.label = texts[0],
       .done = std::strtoll(texts[1].c_str(), nullptr, 10),
       .total = texts[2].empty()
                    ? std::nullopt
                    : std::optional{std::int64_t{std::strtoll(texts[2].c_str(), nullptr, 10)}},
       .unit = texts[3] == "bytes" ? ProgressReport::Unit::bytes : ProgressReport::Unit::items});
}

void Progress::update(const ProgressReport& report) {
  if (!options_.write && !options_.forward) return;
  const Instant now = options_.clock();
  if (!begun_ || label_ != report.label) {
    begun_ = now;
    label_ = report.label;
  }
  if (drawn_ && now - *drawn_ < options_.interval) return;
  drawn_ = now;
  if (options_.forward) return options_.forward(report);
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
