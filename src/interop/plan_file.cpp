#include "shelduck/interop/plan_file.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/json_fields.hpp"

namespace shelduck::interop {
namespace {

using Names = std::vector<std::string>;

[[noreturn]] void refuse(const std::string& field, const std::string& value,
                         const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "the plan's " + field + " '" + value + "' is refused: " + rule,
              {.field = field,
               .value = value,
               .rule = rule,
               .hint = R"(for example {"waves": [["apt", "snap"], ["npm"]]})"}};
}

Names read_names(const nlohmann::json& list, const std::string& place) {
  if (!list.is_array()) refuse(place, list.type_name(), "a list of plugin names is needed");
  Names names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string here = place + "[" + std::to_string(i) + "]";
    if (!list[i].is_string()) refuse(here, list[i].type_name(), "a plugin name is needed");
    names.push_back(list[i].get<std::string>());
    if (names.back().empty()) refuse(here, "", "a plugin name is needed");
  }
  return names;
}

history::PlanOfPlugins::Wave read_wave(const nlohmann::json& wave, const std::string& place) {
  history::PlanOfPlugins::Wave made;
  if (wave.is_array()) {
    made.plugins = read_names(wave, place);
  } else {
    const JsonFields fields{wave, place};
    made.plugins = read_names(fields.list("plugins"), place + ".plugins");
    const auto parallel = fields.integer("max_parallel").value_or(0);
    if (fields.has("max_parallel") && parallel < 1) {
      fields.refuse("max_parallel", "a whole number from 1 is needed");
    }
    made.max_parallel = static_cast<std::size_t>(parallel);
  }
  if (made.plugins.empty()) refuse(place, "[]", "a wave holds at least one plugin");
  return made;
}

void require_known_members(const nlohmann::json& plan) {
  static constexpr std::array<std::string_view, 2> kMembers{"waves", "mutexes"};
  for (const auto& [name, value] : plan.items()) {
    const std::string& found = name;
    if (std::find(kMembers.begin(), kMembers.end(), found) == kMembers.end()) {
      refuse("member", found, "one of waves and mutexes is needed");
    }
  }
}

void require_each_once(const history::PlanOfPlugins& plan) {
  std::set<std::string> seen;
  for (const auto& wave : plan.waves) {
    for (const std::string& plugin : wave.plugins) {
      if (!seen.insert(plugin).second) {
        refuse("waves", plugin, "a plugin stands in one wave, once");
      }
    }
  }
}

}  // namespace

history::PlanOfPlugins parse_plan(std::string_view text, std::string name) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded()) refuse("text", name, "the file is no JSON");
  const JsonFields fields{json, ""};
  require_known_members(json);
  history::PlanOfPlugins plan{.name = std::move(name)};
  const nlohmann::json& waves = fields.list("waves");
  for (std::size_t i = 0; i < waves.size(); ++i) {
    plan.waves.push_back(read_wave(waves[i], fields.place_of("waves", i)));
  }
  const nlohmann::json& mutexes = fields.list("mutexes");
  for (std::size_t i = 0; i < mutexes.size(); ++i) {
    plan.mutexes.push_back(read_names(mutexes[i], fields.place_of("mutexes", i)));
  }
  require_each_once(plan);
  return plan;
}

}  // namespace shelduck::interop
