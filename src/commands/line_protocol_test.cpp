#include "shelduck/commands/line_protocol.hpp"

#include <gtest/gtest.h>

#include "shelduck/commands/environment_for_test.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kOfOurOwn = R"([sensors]
database = "/var/lib/readings.duckdb"
[[sensors.line_protocol]]
measurement = "climate \"north\""
node = ["tag:house", "tag:room"]
temperature = "field:t"
unit = "fahrenheit"
humidity = "field:rh"
flags = "field:state"
[[sensors.line_protocol]]
preset = "rtl_433"
)";

// A config.toml of this text, and nothing else.
struct Configured {
  explicit Configured(std::string_view text)
      : file(folder.write("config.toml", std::string(text))), sources{environment_of({}), {file}} {}

  [[nodiscard]] ParsedCommand serve() const { return resolve(parse(Words{"serve"}), sources); }

  TemporaryFolder folder;
  std::filesystem::path file;
  SettingSources sources;
};

std::vector<wire::LineMapping> mappings_in(const ParsedCommand& command) {
  std::vector<wire::LineMapping> mappings;
  for (const std::string& text : command.options.at("line-protocol").texts) {
    for (wire::LineMapping& one : line_mappings(text)) mappings.push_back(std::move(one));
  }
  return mappings;
}

ErrorDetail refusal_of(std::string_view text) {
  const Configured configured{text};
  try {
    static_cast<void>(configured.serve());
  } catch (const Error& error) {
    ErrorDetail detail = error.detail();
    const std::size_t at = detail.field.find(" in " + configured.file.string());
    EXPECT_NE(at, std::string::npos) << detail.field;
    detail.field.erase(std::min(at, detail.field.size()));
    return detail;
  }
  ADD_FAILURE() << "it was not refused: " << text;
  return {};
}

std::string mapping_with(std::string_view key, std::string_view value) {
  std::string text = "[[sensors.line_protocol]]\n";
  for (const auto& [name, usual] :
       {std::pair{"measurement", "\"*\""}, std::pair{"node", "[\"tag:id\"]"},
        std::pair{"temperature", "\"field:t\""}, std::pair{"humidity", "\"field:h\""}}) {
    if (name != key) text += std::string(name) + " = " + usual + "\n";
  }
  return text + std::string(key) + " = " + std::string(value) + "\n";
}

TEST(LineProtocolSetting, TablesAndPresetsInTheirOrder) {
  const Configured configured{kOfOurOwn};
  const ParsedCommand command = configured.serve();
  EXPECT_EQ(command.value("sensors"), "/var/lib/readings.duckdb");
  const auto mappings = mappings_in(command);
  ASSERT_EQ(mappings.size(), 3U) << "one of our own, two of the preset";
  EXPECT_EQ(mappings[0].measurement, "climate \"north\"");
  EXPECT_EQ(mappings[0].node, (Words{"house", "room"}));
  EXPECT_EQ(mappings[0].temperature, "t");
  EXPECT_EQ(mappings[0].unit, wire::TemperatureUnit::fahrenheit);
  EXPECT_EQ(mappings[0].humidity, "rh");
  EXPECT_EQ(mappings[0].flags, "state");
  EXPECT_EQ(mappings[1].temperature, "temperature_C");
  EXPECT_EQ(mappings[2].temperature, "temperature_F");
}

TEST(LineProtocolSetting, IsShownAsItWouldBeWritten) {
  const Configured configured{kOfOurOwn};
  for (const Setting& setting : all_settings(parse(Words{"config", "show"}), configured.sources)) {
    if (setting.name != "sensors.line-protocol") continue;
    EXPECT_EQ(setting.origin, configured.file.string());
    EXPECT_EQ(
        setting.value,
        R"({flags = "field:state", humidity = "field:rh", measurement = "climate \"north\"", )"
        R"(node = ["tag:house", "tag:room"], temperature = "field:t", unit = "fahrenheit"}, )"
        R"({preset = "rtl_433"})");
    return;
  }
  FAIL() << "it is not shown";
}

TEST(LineProtocolSetting, FlagsWinThenTheEnvironmentThenTheFile) {
  const Configured configured{kOfOurOwn};
  const SettingSources both{environment_of({{"SHELDUCK_SENSORS_LINE_PROTOCOL", "rtl_433"}}),
                            configured.sources.files};
  EXPECT_EQ(mappings_in(resolve(parse(Words{"serve"}), both)).size(), 2U);
  const Words flags{"serve", "--line-protocol", "default", "--line-protocol", "rtl_433"};
  const auto mappings = mappings_in(resolve(parse(flags), both));
  ASSERT_EQ(mappings.size(), 3U);
  EXPECT_EQ(mappings[0].measurement, "sensor_data");
  const SettingSources none{environment_of({}), {}};
  EXPECT_EQ(mappings_in(resolve(parse(Words{"serve"}), none)).size(), 1U) << "the default one";
}

TEST(LineProtocolSetting, ANameIsEnough) {
  EXPECT_EQ(mappings_in(Configured{"[sensors]\nline_protocol = \"rtl_433\"\n"}.serve()).size(), 2U);
  EXPECT_EQ(
      mappings_in(Configured{"sensors.line_protocol = [\"rtl_433\", \"default\"]"}.serve()).size(),
      3U);
  const Command* serve = find_command("serve");
  for (const std::string_view preset : find_option(*serve, "line-protocol")->choices) {
    EXPECT_TRUE(wire::line_preset(preset)) << preset;
  }
}

TEST(LineProtocolSetting, ErrorsNameTheKeyTheValueAndTheRule) {
  const ErrorDetail unit = refusal_of(mapping_with("unit", "\"kelvin\""));
  EXPECT_EQ(unit.field, "unit of sensors.line_protocol");
  EXPECT_EQ(unit.value, "kelvin");
  EXPECT_EQ(unit.rule, "'celsius' or 'fahrenheit'");
  const ErrorDetail node = refusal_of(mapping_with("node", "[\"tag:id\", \"field:channel\"]"));
  EXPECT_EQ(node.field, "node of sensors.line_protocol");
  EXPECT_EQ(node.value, "field:channel");
  EXPECT_EQ(refusal_of(mapping_with("node", "\"tag:id\"")).rule, "a list of texts");
  EXPECT_EQ(refusal_of(mapping_with("node", "[\"tag:id\", 5]")).value, "5");
  EXPECT_EQ(refusal_of(mapping_with("node", "[]")).field, "node of sensors.line_protocol");
  EXPECT_EQ(refusal_of(mapping_with("temperature", "3")).rule, "a text");
  EXPECT_EQ(refusal_of(mapping_with("temperature", "3")).value, "3");
  EXPECT_EQ(refusal_of(mapping_with("measurement", "[1.5, true]")).value, "a list");
  EXPECT_EQ(refusal_of(mapping_with("humidity", "\"rh\"")).value, "rh");
  EXPECT_EQ(refusal_of(mapping_with("measurement", "\"\"")).field,
            "measurement of sensors.line_protocol");
  EXPECT_EQ(refusal_of(mapping_with("humidty", "\"field:h\"")).hint, "did you mean humidity?");
  EXPECT_EQ(refusal_of(mapping_with("preset", "\"rtl_433\"")).field,
            "preset of sensors.line_protocol");
  EXPECT_EQ(refusal_of("[[sensors.line_protocol]]\npreset = \"rtl\"\n").value, "rtl");
}

TEST(LineProtocolSetting, ErrorsNameWhichOfSeveral) {
  EXPECT_EQ(refusal_of(std::string(kOfOurOwn) + mapping_with("unit", "\"K\"")).field,
            "unit of sensors.line_protocol (3 of 3)");
  EXPECT_EQ(refusal_of("sensors.line_protocol = [\"default\", \"rtl-433\"]").field,
            "sensors.line_protocol (2 of 2)");
}

TEST(LineProtocolSetting, ListsAndTablesStandWhereTheyAreTaken) {
  EXPECT_EQ(refusal_of("sensors.line_protocol = []").value, "");
  EXPECT_EQ(refusal_of("listen = [\"127.0.0.1:1\"]").field, "listen");
  EXPECT_EQ(refusal_of("[sensors]\ndatabase = {file = \"x\"}\n").field, "sensors.database");
  EXPECT_THROW(static_cast<void>(Configured{"[sensors]\nline_protokol = \"default\"\n"}.serve()),
               Error);
  EXPECT_THROW(static_cast<void>(line_mappings("{measurement = }")), Error);
  EXPECT_THROW(static_cast<void>(line_mappings("{preset = \"default\"}\nmore = 1")), Error);
  EXPECT_TRUE(line_mappings("nothing").empty());
}

}  // namespace
}  // namespace shelduck::commands
