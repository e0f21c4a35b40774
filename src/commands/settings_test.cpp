#include "shelduck/commands/settings.hpp"

#include <gtest/gtest.h>

#include <map>

#include "shelduck/commands/environment_for_test.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"

namespace shelduck::commands {
namespace {

using Words = std::vector<std::string>;

TEST(Settings, FlagsWinThenEnvironmentThenFilesThenDefaults) {
  const TemporaryFolder folder;
  const auto user = folder.write("user.toml", "days = 20\ntz = \"Europe/Warsaw\"\nquiet = true\n");
  const auto machine = folder.write("machine.toml", "days = 10\nwait = 2.5\n");
  const SettingSources sources{environment_of({{"SHELDUCK_DAYS", "30"}}), {user, machine}};

  const ParsedCommand flagged = resolve(parse(Words{"history", "stats", "-d", "40"}), sources);
  EXPECT_EQ(flagged.value("days"), "40");
  EXPECT_EQ(flagged.options.at("days").origin, "flag");

  const ParsedCommand plain = resolve(parse(Words{"history", "stats"}), sources);
  EXPECT_EQ(plain.value("days"), "30");
  EXPECT_EQ(plain.options.at("days").origin, "SHELDUCK_DAYS");
  EXPECT_EQ(plain.value("tz"), "Europe/Warsaw");
  EXPECT_EQ(plain.options.at("tz").origin, user.string());
  EXPECT_EQ(plain.number("wait"), 2.5);
  EXPECT_EQ(plain.options.at("wait").origin, machine.string());
  EXPECT_TRUE(plain.flag("quiet"));
  EXPECT_EQ(plain.value("color"), "auto");
  EXPECT_EQ(plain.options.at("color").origin, "default");

  const SettingSources files{environment_of({}), {user, machine}};
  EXPECT_EQ(resolve(parse(Words{"history", "stats"}), files).value("days"), "20");
}

TEST(Settings, OptionsThatAreNoSettingsIgnoreTheEnvironment) {
  const SettingSources sources{environment_of({{"SHELDUCK_PLUGIN", "apt"}}), {}};
  EXPECT_FALSE(resolve(parse(Words{"remaining"}), sources).has("plugin"));
}

TEST(Settings, ACommandsOwnFormatIsNotTheGlobalSetting) {
  const SettingSources sources{environment_of({{"SHELDUCK_FORMAT", "ndjson"}}), {}};
  const ParsedCommand exported = resolve(parse(Words{"history", "export"}), sources);
  EXPECT_EQ(exported.value("format"), "json");
  EXPECT_EQ(output_format(exported), OutputFormat::table);
  EXPECT_EQ(output_format(resolve(parse(Words{"history", "runs"}), sources)), OutputFormat::ndjson);
  EXPECT_EQ(output_format(resolve(parse(Words{"history", "runs", "--json"}), sources)),
            OutputFormat::json);
}

TEST(Settings, ErrorsNameWhereTheValueStands) {
  const SettingSources variables{environment_of({{"SHELDUCK_WAIT", "soon"}}), {}};
  try {
    static_cast<void>(resolve(parse(Words{"history", "runs"}), variables));
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.detail().field, "SHELDUCK_WAIT");
    EXPECT_EQ(error.detail().value, "soon");
  }
  const TemporaryFolder folder;
  const auto file = folder.write("config.toml", "wait = \"soon\"\n");
  const SettingSources files{environment_of({}), {file}};
  EXPECT_THROW(static_cast<void>(resolve(parse(Words{"history", "runs"}), files)), Error);
}

TEST(Settings, RefusesUnknownKeysTablesAndTextThatIsNoToml) {
  const TemporaryFolder folder;
  for (const char* text : {"dyas = 3\n", "[days]\nn = 3\n", "days = = 3\n", "\x01\xff"}) {
    const SettingSources sources{environment_of({}), {folder.write("config.toml", text)}};
    EXPECT_THROW(static_cast<void>(resolve(parse(Words{"history", "runs"}), sources)), Error)
        << text;
  }
}

TEST(Settings, GoOnWithTheNextSourceWhenAskedToBeLenient) {
  const TemporaryFolder folder;
  const auto broken = folder.write("broken.toml", "days = [\n");
  const auto good = folder.write("good.toml", "wait = 3\n");
  const SettingSources sources{environment_of({{"SHELDUCK_WAIT", "soon"}}), {broken, good}};
  const Resolution resolution = resolve_leniently(parse(Words{"history", "runs"}), sources);
  EXPECT_EQ(resolution.problems.size(), 2U);
  EXPECT_EQ(resolution.command.number("wait"), 3);
}

TEST(Settings, ShowEverySettingOnceWithItsOrigin) {
  const SettingSources sources{environment_of({{"SHELDUCK_LEVEL", "80"}}), {}};
  const auto settings = all_settings(parse(Words{"config", "show", "--tz", "+02:00"}), sources);
  std::map<std::string, Setting> by_name;
  for (const Setting& setting : settings)
    EXPECT_TRUE(by_name.emplace(setting.name, setting).second);
  EXPECT_EQ(by_name.at("level").value, "80");
  EXPECT_EQ(by_name.at("level").origin, "SHELDUCK_LEVEL");
  EXPECT_EQ(by_name.at("tz").origin, "flag");
  EXPECT_EQ(by_name.at("quiet").value, "false");
  EXPECT_EQ(by_name.at("run").value, std::nullopt);
  EXPECT_EQ(by_name.at("run").origin, "unset");
}

}  // namespace
}  // namespace shelduck::commands
