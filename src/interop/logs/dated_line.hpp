// The lines of dnf and yum logs: a time, for dnf a level, and a message. Times are ISO with an
// offset, or (dnf before version 2, yum) without a year and an offset.
#pragma once

#include <optional>
#include <string_view>

#include "shelduck/interop/logs/reading.hpp"

namespace shelduck::interop::logs {

struct DatedLine {
  ZonedTime time{};
  std::optional<int> utc_offset_minutes{};
  std::string_view level{};  // "DDEBUG"; empty in yum logs
  std::string_view message{};
};

class DatedLines {
 public:
  enum class Level { expected, absent };

  explicit DatedLines(Reading& reading, Level level = Level::expected)
      : reading_(reading), level_(level) {
    if (reading.options().year) years_.emplace(*reading.options().year);
  }

  // Nothing for a line that continues the one before it, and for one that was rejected here.
  [[nodiscard]] std::optional<DatedLine> read(std::string_view text);

 private:
  [[nodiscard]] std::optional<DatedLine> undated(std::string_view text);
  [[nodiscard]] std::optional<DatedLine> yearless(const YearlessStamp& stamp,
                                                  std::string_view text);
  [[nodiscard]] std::optional<DatedLine> with_message(DatedLine line, std::string_view rest);

  Reading& reading_;
  Level level_;
  std::optional<YearCounter> years_;
  bool continues_ = false;
};

}  // namespace shelduck::interop::logs
