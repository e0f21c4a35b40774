#include "shelduck/interop/recorded_json.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "shelduck/interop/json_fields.hpp"
#include "shelduck/interop/strict_json.hpp"

namespace shelduck::interop {
namespace {

using history::Phase;
using history::Status;

// Shown in documentation; the limit itself stands beside the records.
constexpr std::int64_t kTextLengthMax = 65'536;

constexpr BodyField kStart{"start_time", BodyType::instant, "When it began; the time in the id."};
constexpr BodyField kEnd{"end_time", BodyType::instant,
                         "When it ended, not before its start; now."};
constexpr BodyField kEndStatus{"status", BodyType::status, "How it ended.", true};

constexpr std::array kRun{
    kStart,
    BodyField{"source", BodyType::text, "Whose history it is; the server's host."},
    BodyField{"source_id", BodyType::text, "The id that another program gave it."},
    BodyField{"hostname", BodyType::text, "The machine that is updated."},
    BodyField{"username", BodyType::text, "Who began it."},
    BodyField{"config_hash", BodyType::text, "Names the configuration of the update."},
    BodyField{"boot_id", BodyType::text, "Names the boot of the machine that is updated."},
    BodyField{"utc_offset_minutes", BodyType::whole, "That machine's offset from UTC."}};

constexpr std::array kExecution{
    BodyField{"run_id", BodyType::id, "The run that it is part of.", true},
    BodyField{"plugin_name", BodyType::text, "The tool: apt, snap, npm.", true},
    kStart,
    BodyField{"item", BodyType::text, "A part of the tool's work: a package, an output."},
    BodyField{"attempt", BodyType::amount, "Which try of the plugin in its run; 1."},
    BodyField{"packages_planned", BodyType::amount, "What is known before the work."},
    BodyField{"resolution_seconds", BodyType::number, "Of the clock that gave the times."}};

constexpr std::array kMetrics{
    BodyField{"wall_clock_seconds", BodyType::number, "With an end: the time between both."},
    BodyField{"cpu_user_seconds", BodyType::number, "Processor time of the programs."},
    BodyField{"cpu_kernel_seconds", BodyType::number, "Processor time of the kernel."},
    BodyField{"memory_peak_bytes", BodyType::amount, "Largest resident memory."},
    BodyField{"memory_avg_bytes", BodyType::amount, "Mean resident memory."},
    BodyField{"io_read_bytes", BodyType::amount, "Read from disks."},
    BodyField{"io_write_bytes", BodyType::amount, "Written to disks."},
    BodyField{"io_read_ops", BodyType::amount, "Reads from disks."},
    BodyField{"io_write_ops", BodyType::amount, "Writes to disks."},
    BodyField{"network_rx_bytes", BodyType::amount, "Received."},
    BodyField{"network_tx_bytes", BodyType::amount, "Sent."},
    BodyField{"download_size_bytes", BodyType::amount, "Downloaded."},
    BodyField{"suspended_seconds", BodyType::number, "How long the machine slept meanwhile."},
    BodyField{"quality", BodyType::metrics, "Where each metric comes from, by its name."}};

template <std::size_t A, std::size_t B>
constexpr std::array<BodyField, A + B> joined(const std::array<BodyField, A>& first,
                                              const std::array<BodyField, B>& second) {
  std::array<BodyField, A + B> all{};
  std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), all.begin()));
  return all;
}

constexpr auto kStep = joined(
    std::array{
        BodyField{"execution_id", BodyType::id, "The execution that it is part of.", true},
        BodyField{"step_name", BodyType::text, "prepare, download, update or another name.", true},
        BodyField{"phase", BodyType::phase, "EXECUTE."},
        BodyField{"seq", BodyType::amount, "Its place among the steps; 0."}, kStart,
        BodyField{"end_time", BodyType::instant, "Where the step is over already."}},
    kMetrics);

constexpr auto kStepEnd = joined(std::array{kEnd}, kMetrics);

constexpr std::array kEstimate{
    BodyField{"execution_id", BodyType::id, "The execution that it is about.", true},
    BodyField{"phase", BodyType::phase, "EXECUTE."},
    BodyField{"download_bytes_est", BodyType::amount, "What will be downloaded."},
    BodyField{"cpu_seconds_est", BodyType::number, "Processor time that it will take."},
    BodyField{"wall_seconds_est", BodyType::number, "Time that it will take."},
    BodyField{"memory_bytes_est", BodyType::amount, "Memory that it will take."},
    BodyField{"package_count_est", BodyType::amount, "Packages that it will update."},
    BodyField{"confidence", BodyType::number, "From 0 to 1, as the plugin says."},
    BodyField{"created_at", BodyType::instant, "When it was made; the time in the id."}};

constexpr std::array kRunEnd{kEndStatus, kEnd};

constexpr std::array kExecutionEnd{
    kEndStatus,
    kEnd,
    BodyField{"status_raw", BodyType::text, "The tool's own word for it."},
    BodyField{"exit_code", BodyType::whole, "128 + N for signal N."},
    BodyField{"packages_updated", BodyType::amount, "How many were updated."},
    BodyField{"packages_total", BodyType::amount, "How many there were to update."},
    BodyField{"error_message", BodyType::text, "What went wrong."}};

std::string names_of(std::span<const BodyField> fields) {
  std::string names;
  for (const BodyField& field : fields) {
    names += (names.empty() ? "" : ", ") + std::string(field.name);
  }
  return names;
}

template <class Words>
std::string list_of(const Words& words) {
  std::string text;
  for (const std::string_view word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

// What an end may say: not that it goes on.
constexpr std::array<std::string_view, 5> kEndWords{"success", "failed", "skipped", "timeout",
                                                    "interrupted"};

// A body whose members are all known and whose required ones are there.
class Body {
 public:
  Body(std::string_view text, std::span<const BodyField> fields)
      : json_(parse_strictly(text)), fields_(json_, "") {
    for (const auto& [name, value] : json_.items()) {
      const std::string& found = name;
      if (std::ranges::find(fields, found, &BodyField::name) == fields.end()) {
        fields_.refuse(found, "the members are " + names_of(fields));
      }
    }
    for (const BodyField& field : fields) {
      if (field.is_required && !fields_.has(field.name)) fields_.refuse(field.name, "it is needed");
    }
  }
  Body(const Body&) = delete;
  Body& operator=(const Body&) = delete;

  [[nodiscard]] const JsonFields& operator*() const { return fields_; }
  [[nodiscard]] const JsonFields* operator->() const { return &fields_; }

  [[nodiscard]] std::string word(std::string_view name) const {
    return fields_.text(name).value_or("");
  }

  // Where it is not said: the time in the id.
  [[nodiscard]] Instant instant_or_id(std::string_view name, const Uuid& id) const {
    if (const auto said = fields_.instant(name)) return *said;
    return time_of(id).value_or(Instant{});
  }

  [[nodiscard]] Status end_status() const {
    const std::string text = word("status");
    const auto status = history::parse_status(text);
    if (!status || std::ranges::find(kEndWords, text) == kEndWords.end()) {
      fields_.refuse("status", "one of " + list_of(kEndWords));
    }
    return *status;
  }

  [[nodiscard]] Phase phase() const {
    if (!fields_.has("phase")) return Phase::execute;
    const auto phase = history::parse_phase(word("phase"));
    if (!phase) fields_.refuse("phase", "one of " + list_of(history::kPhaseNames));
    return *phase;
  }

  // Compact, so that the same sources are the same text.
  [[nodiscard]] std::optional<std::string> sources(std::string_view name) const {
    if (!fields_.has(name)) return std::nullopt;
    const nlohmann::json& sources = json_.at(std::string(name));
    const bool is_flat =
        sources.is_object() &&
        std::ranges::all_of(sources, [](const nlohmann::json& one) { return one.is_string(); });
    if (!is_flat) fields_.refuse(name, "an object of texts is needed");
    return sources.dump();
  }

 private:
  nlohmann::json json_;
  JsonFields fields_;
};

void read_metrics(const Body& body, history::StepMeasured& step) {
  step.wall_clock_seconds = body->number("wall_clock_seconds");
  step.cpu_user_seconds = body->number("cpu_user_seconds");
  step.cpu_kernel_seconds = body->number("cpu_kernel_seconds");
  step.memory_peak_bytes = body->amount("memory_peak_bytes");
  step.memory_avg_bytes = body->amount("memory_avg_bytes");
  step.io_read_bytes = body->amount("io_read_bytes");
  step.io_write_bytes = body->amount("io_write_bytes");
  step.io_read_ops = body->amount("io_read_ops");
  step.io_write_ops = body->amount("io_write_ops");
  step.network_rx_bytes = body->amount("network_rx_bytes");
  step.network_tx_bytes = body->amount("network_tx_bytes");
  step.download_size_bytes = body->amount("download_size_bytes");
  step.suspended_seconds = body->number("suspended_seconds");
  step.quality = body.sources("quality");
}

Document type_schema(std::string_view type) { return Document::object().set("type", type); }

template <class Words>
Document word_schema(const Words& words) {
  Document choices = Document::array();
  for (const std::string_view word : words) choices.add(word);
  return type_schema("string").set("enum", choices);
}

Document schema_of(BodyType type) {
  switch (type) {
    case BodyType::text:
      return type_schema("string").set("maxLength", kTextLengthMax);
    case BodyType::instant:
      return type_schema("string").set("format", "date-time");
    case BodyType::whole:
      return type_schema("integer");
    case BodyType::amount:
      return type_schema("integer").set("minimum", 0);
    case BodyType::number:
      return type_schema("number").set("minimum", 0);
    case BodyType::status:
      return word_schema(kEndWords);
    case BodyType::phase:
      return word_schema(history::kPhaseNames);
    case BodyType::id:
      return type_schema("string").set("format", "uuid");
    case BodyType::metrics:
      return type_schema("object").set("additionalProperties", type_schema("string"));
  }
  return Document::object();
}

}  // namespace

std::span<const BodyField> run_fields() noexcept { return kRun; }
std::span<const BodyField> execution_fields() noexcept { return kExecution; }
std::span<const BodyField> step_fields() noexcept { return kStep; }
std::span<const BodyField> estimate_fields() noexcept { return kEstimate; }
std::span<const BodyField> run_end_fields() noexcept { return kRunEnd; }
std::span<const BodyField> execution_end_fields() noexcept { return kExecutionEnd; }
std::span<const BodyField> step_end_fields() noexcept { return kStepEnd; }

Document schema_of(std::span<const BodyField> fields) {
  Document properties = Document::object();
  Document required = Document::array();
  for (const BodyField& field : fields) {
    Document schema = schema_of(field.type);
    properties.set(field.name, schema.set("description", field.help));
    if (field.is_required) required.add(field.name);
  }
  Document schema = type_schema("object");
  schema.set("properties", properties).set("additionalProperties", false);
  if (!required.elements()->empty()) schema.set("required", required);
  return schema;
}

history::RunStarted parse_run(std::string_view body, history::RunId id) {
  const Body read{body, kRun};
  return {.key = {id, read.word("source"), read.instant_or_id("start_time", id.uuid)},
          .origin = history::Origin::http,
          .source_id = read->text("source_id"),
          .hostname = read->text("hostname"),
          .username = read->text("username"),
          .config_hash = read->text("config_hash"),
          .boot_id = read->text("boot_id"),
          .utc_offset_minutes = read->integer("utc_offset_minutes")};
}

history::ExecutionStarted parse_execution(std::string_view body, history::ExecutionId id) {
  const Body read{body, kExecution};
  const Uuid run = read->need("run_id", read->uuid("run_id"));
  return {.key = {id, history::RunId{run}, "", read.instant_or_id("start_time", id.uuid)},
          .origin = history::Origin::http,
          .plugin_name = read.word("plugin_name"),
          .item = read->text("item"),
          .attempt = read->amount("attempt").value_or(1),
          .packages_planned = read->amount("packages_planned"),
          .resolution_seconds = read->number("resolution_seconds")};
}

history::StepMeasured parse_step(std::string_view body, history::StepId id) {
  const Body read{body, kStep};
  const Uuid execution = read->need("execution_id", read->uuid("execution_id"));
  history::StepMeasured step{.key = {.execution_id = history::ExecutionId{execution}},
                             .step_id = id,
                             .step_name = read.word("step_name"),
                             .phase = read.phase(),
                             .seq = read->amount("seq").value_or(0),
                             .step_start = read.instant_or_id("start_time", id.uuid),
                             .step_end = read->instant("end_time")};
  read_metrics(read, step);
  return step;
}

history::EstimateMade parse_estimate(std::string_view body, history::EstimateId id) {
  const Body read{body, kEstimate};
  const Uuid execution = read->need("execution_id", read->uuid("execution_id"));
  return {.key = {.execution_id = history::ExecutionId{execution}},
          .estimate_id = id,
          .phase = read.phase(),
          .download_bytes_est = read->amount("download_bytes_est"),
          .cpu_seconds_est = read->number("cpu_seconds_est"),
          .wall_seconds_est = read->number("wall_seconds_est"),
          .memory_bytes_est = read->amount("memory_bytes_est"),
          .package_count_est = read->amount("package_count_est"),
          .confidence = read->number("confidence"),
          .created_at = read.instant_or_id("created_at", id.uuid)};
}

history::RunEnding parse_run_end(std::string_view body, history::RunId id) {
  const Body read{body, kRunEnd};
  return {.id = id, .status = read.end_status(), .end_time = read->instant("end_time")};
}

history::ExecutionEnding parse_execution_end(std::string_view body, history::ExecutionId id) {
  const Body read{body, kExecutionEnd};
  return {{.key = {.execution_id = id},
           .end_time = read->instant("end_time"),
           .status = read.end_status(),
           .status_raw = read->text("status_raw"),
           .exit_code = read->integer("exit_code"),
           .packages_updated = read->amount("packages_updated"),
           .packages_total = read->amount("packages_total"),
           .error_message = read->text("error_message")}};
}

history::StepEnding parse_step_end(std::string_view body, history::StepId id) {
  const Body read{body, kStepEnd};
  history::StepEnding ending{{.step_id = id, .step_end = read->instant("end_time")}};
  read_metrics(read, ending.record);
  return ending;
}

}  // namespace shelduck::interop
