#include "shelduck/interop/prediction_json.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "shelduck/core/uuid.hpp"
#include "shelduck/interop/json_fields.hpp"
#include "shelduck/interop/model_state_json.hpp"
#include "shelduck/interop/plan_file.hpp"
#include "shelduck/interop/strict_json.hpp"

namespace shelduck::interop {
namespace {

constexpr std::array<std::string_view, 6> kMembers{"plugins",        "phase", "packages",
                                                   "download_bytes", "level", "plan"};
constexpr std::size_t kPluginsMax = 1000;

void require_known_names(const nlohmann::json& body, const JsonFields& fields) {
  for (const auto& [name, value] : body.items()) {
    const std::string& found = name;
    if (std::ranges::find(kMembers, found) != kMembers.end()) continue;
    fields.refuse(found, "the members are plugins, phase, packages, download_bytes, level, plan");
  }
}

std::vector<std::string> plugins_of(const JsonFields& fields) {
  std::vector<std::string> plugins;
  const nlohmann::json& list = fields.list("plugins");
  if (list.size() > kPluginsMax) fields.refuse("plugins", "at most 1000 names");
  for (const nlohmann::json& name : list) {
    if (!name.is_string()) fields.refuse("plugins", "a list of names is needed");
    plugins.push_back(name.get<std::string>());
  }
  const std::set<std::string> once{plugins.begin(), plugins.end()};
  if (once.size() < plugins.size()) fields.refuse("plugins", "each plugin once");
  return plugins;
}

history::Phase phase_of(const JsonFields& fields) {
  const auto word = fields.text("phase");
  if (!word) return history::Phase::execute;
  const auto phase = history::parse_phase(*word);
  if (!phase) fields.refuse("phase", "one of CHECK, DOWNLOAD, EXECUTE");
  return *phase;
}

// A fraction or percent, as --level takes it.
double level_of(const JsonFields& fields) {
  constexpr double kUsual = 0.9;
  constexpr double kLeast = 0.001;
  constexpr double kPercent = 100;
  const double said = fields.number("level").value_or(kUsual);
  const double level = said < 1 ? said : said / kPercent;
  if (!(level >= kLeast && level < 1)) fields.refuse("level", "a level such as 0.9 or 90");
  return level;
}

Document typed(std::string_view type) { return Document::object().set("type", type); }

Document list_of(const Document& items) { return typed("array").set("items", items); }

}  // namespace

history::PredictOptions parse_prediction(std::string_view body) {
  const nlohmann::json parsed = parse_strictly(body);
  const JsonFields fields{parsed, ""};
  require_known_names(parsed, fields);
  history::PredictOptions options{.plugins = plugins_of(fields),
                                  .phase = phase_of(fields),
                                  .packages = fields.amount("packages"),
                                  .download_bytes = fields.amount("download_bytes"),
                                  .level = level_of(fields),
                                  .read_model = &parse_model_state};
  if (fields.has("plan")) {
    const std::string plan = parsed.at("plan").dump();  // names in order, so equal plans are equal
    options.plan = parse_plan(plan, "plan " + to_string(derived_uuid(plan)));
  }
  return options;
}

Document prediction_schema() {
  const Document names = list_of(typed("string"));
  Document phases = Document::array();
  for (const std::string_view phase : history::kPhaseNames) phases.add(phase);
  Document level = typed("number");
  level.set("exclusiveMinimum", 0).set("exclusiveMaximum", 100);
  Document plan = typed("object");
  plan.set("description", "Waves follow one another; members of a mutex never run together.")
      .set("properties", Document::object()
                             .set("waves", list_of(Document::object()))
                             .set("mutexes", list_of(names)));
  Document amount = typed("integer");
  amount.set("minimum", 0);
  Document plugins = names;
  Document phase = typed("string");
  return typed("object")
      .set("properties",
           Document::object()
               .set("plugins", plugins.set("description", "Every plugin, where there are none."))
               .set("phase", phase.set("enum", phases))
               .set("packages", amount)
               .set("download_bytes", amount)
               .set("level", level)
               .set("plan", plan))
      .set("additionalProperties", false);
}

}  // namespace shelduck::interop
