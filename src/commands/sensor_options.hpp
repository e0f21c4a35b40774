// Options that several commands of readings share.
#pragma once

#include <array>
#include <string_view>

#include "shelduck/commands/table.hpp"

namespace shelduck::commands {

// Of every command of readings, in place of the common --db, whose setting names the history.
inline constexpr Option kSensorDatabase{
    .name = "db",
    .type = ValueType::path,
    .value_name = "PATH",
    .help = "The database file; sensors.duckdb in $XDG_DATA_HOME/shelduck by default.",
    .source = Source::setting,
    .setting = "sensors"};
inline constexpr Option kSensorStart{
    .name = "start-time",
    .type = ValueType::moment,
    .value_name = "TIME",
    .help = "Only readings from this second on: Unix seconds or an instant."};
inline constexpr Option kSensorEnd{.name = "end-time",
                                   .type = ValueType::moment,
                                   .value_name = "TIME",
                                   .help = "Only readings up to this second, itself included."};
inline constexpr Option kSensorNodeAddress{.name = "node-address",
                                           .type = ValueType::address,
                                           .value_name = "NODE",
                                           .help = "Only readings of this node."};
inline constexpr WholeRange kSensorPageRange{1, 10'000};

// What --format says there is no JSON of a whole.
inline constexpr std::array<std::string_view, 1> kWithoutJson{"json"};

}  // namespace shelduck::commands
