#define XXH_INLINE_ALL
#include "shelduck/history/records/record.hpp"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "shelduck/core/error.hpp"
#include "shelduck/core/utf8.hpp"

namespace shelduck::history {

std::int64_t content_hash(std::string_view payload) noexcept {
  return static_cast<std::int64_t>(XXH3_64bits(payload.data(), payload.size()));
}

std::span<const std::uint16_t> known_record_types() noexcept {
  static constexpr std::array<std::uint16_t, 15> kTypes{1, 2,  3,  4,  5,  6,  7, 8,
                                                        9, 10, 11, 12, 13, 14, 15};
  return kTypes;
}

bool is_reserved(RecordType type) noexcept {
  switch (type) {
    case RecordType::run_ended:
    case RecordType::execution_ended:
    case RecordType::execution_interrupted:
    case RecordType::run_interrupted:
    case RecordType::entity_deleted:
    case RecordType::source_pruned:
    case RecordType::field_updated:  // that is how a step ends
      return true;
    default:
      return false;
  }
}

namespace {

constexpr std::size_t kNameBytesMax = 1024;
constexpr std::size_t kTextBytesMax = std::size_t{64} * 1024;

[[noreturn]] void refuse(std::string_view field, std::string value, std::string_view rule) {
  throw Error{ErrorKind::invalid_input,
              std::string(field) + " '" + value + "' is refused: " + std::string(rule),
              {.field = std::string(field), .value = std::move(value), .rule = std::string(rule)}};
}

void check_text(std::string_view field, std::string_view text, std::size_t bytes_max) {
  if (text.size() > bytes_max) {
    refuse(field, std::string(text.substr(0, 40)) + "...", "the text is too long");
  }
  if (!is_valid_utf8(text)) refuse(field, valid_utf8(text), "text must be UTF-8");
  if (text.find('\0') != std::string_view::npos) refuse(field, "...", "text holds a zero byte");
}

void check_text(std::string_view field, const std::optional<std::string>& text) {
  if (text) check_text(field, *text, kTextBytesMax);
}

void check_name(std::string_view field, const std::string& name) {
  if (name.empty()) refuse(field, name, "a name is needed");
  check_text(field, name, kNameBytesMax);
}

// Of what stands in one line of a list or a table.
void check_one_line(std::string_view field, const std::string& name) {
  check_name(field, name);
  constexpr unsigned char kFirstPrintable = 0x20;
  constexpr unsigned char kDelete = 0x7f;
  const bool is_plain = std::ranges::all_of(
      name, [](unsigned char c) { return c >= kFirstPrintable && c != kDelete; });
  if (!is_plain) refuse(field, name, "a name holds no control characters");
}

void check_instant(std::string_view field, Instant at) {
  constexpr Instant kFirst = std::chrono::sys_days{std::chrono::year{1} / 1 / 1};
  constexpr Instant kLast = std::chrono::sys_days{std::chrono::year{10000} / 1 / 1};
  if (at < kFirst || at >= kLast) {
    refuse(field, std::to_string(at.time_since_epoch().count()), "years 1 to 9999 are kept");
  }
}

template <class Number>
void check_amount(std::string_view field, const std::optional<Number>& amount) {
  if (!amount) return;
  const auto value = static_cast<double>(*amount);
  if (!std::isfinite(value) || value < 0) {
    refuse(field, std::to_string(*amount), "an amount is finite and not negative");
  }
  // A petabyte, or 30 million years: sums of thousands of them still fit a whole number of 64 bits.
  constexpr double kAmountMax = 1e15;
  if (value > kAmountMax) refuse(field, std::to_string(*amount), "an amount is at most 1e15");
}

void check_key(const RunKey& key) {
  check_name("source", key.source);
  check_instant("start_time", key.start_time);
}

void check_key(const ExecutionKey& key) {
  check_name("source", key.source);
  check_instant("start_time", key.start_time);
}

template <class Value>
void check_choice(std::string_view field, Value value, std::size_t count) {
  if (static_cast<std::size_t>(value) >= count) {
    refuse(field, std::to_string(static_cast<int>(value)), "the value is none of this list");
  }
}

}  // namespace

void validate(const RunStarted& record) {
  check_key(record.key);
  check_choice("origin", record.origin, kOriginNames.size());
  check_text("source_id", record.source_id);
  check_text("hostname", record.hostname);
  check_text("username", record.username);
  check_text("config_hash", record.config_hash);
  check_text("boot_id", record.boot_id);
  check_instant("created_at", record.created_at);
  const auto offset = record.utc_offset_minutes.value_or(0);
  if (offset < -1440 || offset > 1440) {
    refuse("utc_offset_minutes", std::to_string(offset), "an offset is at most a day");
  }
}

void validate(const RunEnded& record) {
  check_key(record.key);
  check_instant("end_time", record.end_time);
  check_choice("status", record.status, kStatusNames.size());
}

void validate(const ExecutionStarted& record) {
  check_key(record.key);
  check_choice("origin", record.origin, kOriginNames.size());
  check_one_line("plugin_name", record.plugin_name);
  check_text("item", record.item);
  check_amount("packages_planned", record.packages_planned);
  check_amount("resolution_seconds", record.resolution_seconds);
  check_instant("created_at", record.created_at);
  if (record.attempt < 1) {
    refuse("attempt", std::to_string(record.attempt), "attempts count from 1");
  }
}

void validate(const ExecutionEnded& record) {
  check_key(record.key);
  if (record.end_time) check_instant("end_time", *record.end_time);
  check_choice("status", record.status, kStatusNames.size());
  check_text("status_raw", record.status_raw);
  check_text("error_message", record.error_message);
  check_amount("packages_updated", record.packages_updated);
  check_amount("packages_total", record.packages_total);
}

void validate(const StepMeasured& record) {
  check_key(record.key);
  check_one_line("step_name", record.step_name);
  check_choice("phase", record.phase, kPhaseNames.size());
  check_instant("start_time", record.step_start);
  if (record.step_end) check_instant("end_time", *record.step_end);
  check_amount("seq", std::optional{record.seq});
  check_amount("wall_clock_seconds", record.wall_clock_seconds);
  check_amount("cpu_user_seconds", record.cpu_user_seconds);
  check_amount("cpu_kernel_seconds", record.cpu_kernel_seconds);
  check_amount("memory_peak_bytes", record.memory_peak_bytes);
  check_amount("memory_avg_bytes", record.memory_avg_bytes);
  check_amount("io_read_bytes", record.io_read_bytes);
  check_amount("io_write_bytes", record.io_write_bytes);
  check_amount("io_read_ops", record.io_read_ops);
  check_amount("io_write_ops", record.io_write_ops);
  check_amount("network_rx_bytes", record.network_rx_bytes);
  check_amount("network_tx_bytes", record.network_tx_bytes);
  check_amount("download_size_bytes", record.download_size_bytes);
  check_amount("suspended_seconds", record.suspended_seconds);
  check_text("quality", record.quality);
}

void validate(const EstimateMade& record) {
  check_key(record.key);
  check_choice("phase", record.phase, kPhaseNames.size());
  check_amount("download_bytes_est", record.download_bytes_est);
  check_amount("cpu_seconds_est", record.cpu_seconds_est);
  check_amount("wall_seconds_est", record.wall_seconds_est);
  check_amount("memory_bytes_est", record.memory_bytes_est);
  check_amount("package_count_est", record.package_count_est);
  check_amount("confidence", record.confidence);
  if (record.confidence.value_or(0) > 1) {
    refuse("confidence", std::to_string(*record.confidence), "a confidence is 0 to 1");
  }
  check_instant("created_at", record.created_at);
}

void validate(const ForecastIssued& record) {
  check_instant("issued_at", record.issued_at);
  check_choice("phase", record.phase, kPhaseNames.size());
  check_name("target", record.target);
  check_name("model", record.model);
  check_amount("point", std::optional{record.point});
  check_amount("n", std::optional{record.n});
  if (!(record.level > 0 && record.level < 1)) {
    refuse("level", std::to_string(record.level), "a level lies between 0 and 1");
  }
  const double lower = record.lower.value_or(record.point);
  const double upper = record.upper.value_or(record.point);
  if (!std::isfinite(lower) || !std::isfinite(upper) || lower > upper) {
    refuse("lower", std::to_string(lower), "bounds are finite and in order");
  }
}

}  // namespace shelduck::history
