#include "shelduck/interop/json_import.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/exported_entry.hpp"
#include "shelduck/interop/program_run.hpp"

namespace shelduck::interop {
namespace {

nlohmann::json parse(const JsonElement& element) {
  nlohmann::json json = nlohmann::json::parse(element.text, nullptr, false);
  if (!json.is_discarded()) return json;
  throw Error{ErrorKind::invalid_input,
              "the entry is no JSON",
              {.field = "entry", .rule = "RFC 8259 text in UTF-8, at most 64 MiB"}};
}

JsonConverter::Converted sorted(ExportedEntry entry) {
  JsonConverter::Converted converted;
  if (auto* run = std::get_if<ImportedRun>(&entry)) converted.run = std::move(*run);
  if (auto* made = std::get_if<history::ForecastIssued>(&entry)) converted.forecast = *made;
  if (auto* made = std::get_if<history::PluginAliased>(&entry)) converted.alias = *made;
  if (auto* made = std::get_if<history::FieldUpdated>(&entry)) converted.update = *made;
  return converted;
}

void hand_over(Importer& importer, JsonConverter::Converted converted) {
  if (converted.run) importer.add(*std::move(converted.run));
  if (converted.forecast) importer.add(*std::move(converted.forecast));
  if (converted.alias) importer.add(*std::move(converted.alias));
  if (converted.update) importer.add(*std::move(converted.update));
}

void import_element(Importer& importer, JsonConverter& converter, const JsonElement& element) {
  try {
    hand_over(importer, converter.convert(element));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    importer.reject_run({element.line, error.what()}, element.text);
  }
}

}  // namespace

JsonConverter::Converted JsonConverter::convert(const JsonElement& element) {
  const nlohmann::json json = parse(element);
  Converted converted;
  if (is_exported_entry(json)) {
    converted = sorted(exported_entry(json));
  } else {
    ProgramRun made = program_run(
        json, {.source = options_.source, .hostname = options_.hostname, .zone = options_.zone});
    assumed_zone_ = assumed_zone_ || made.assumed_zone;
    std::vector<Uuid>& contents = contents_[made.identity];
    const Uuid content = derived_uuid(element.text);
    const auto known = std::find(contents.begin(), contents.end(), content);
    const auto ordinal = static_cast<std::size_t>(known - contents.begin());
    if (known == contents.end()) contents.push_back(content);
    give_ids(made, ordinal);
    converted.run = std::move(made.run);
  }
  if (converted.run) converted.run->line = element.line;
  return converted;
}

ImportReport import_json(const ImportTarget& target, ByteReader read,
                         const JsonImportOptions& options) {
  constexpr std::uint64_t kReportEvery = 262144;
  Importer importer{target,
                    {.source = options.source,
                     .origin = history::Origin::json,
                     .clock = options.clock,
                     .random = options.random}};
  JsonConverter converter{
      {.source = options.source, .hostname = options.hostname, .zone = options.zone}};
  JsonElements elements{std::move(read)};
  std::uint64_t reported = 0;
  while (const auto element = elements.next()) {
    import_element(importer, converter, *element);
    if (!options.progress || elements.bytes_read() < reported + kReportEvery) continue;
    reported = elements.bytes_read();
    options.progress(reported);
  }
  if (!elements.damage().empty()) importer.reject({elements.line(), elements.damage()}, "");
  ImportReport report = importer.finish();
  if (converter.assumed_zone()) {
    report.notes.push_back("times without an offset were read as " + options.zone.name() +
                           " (--assume-tz)");
  }
  return report;
}

}  // namespace shelduck::interop
