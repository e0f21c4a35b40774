// Order is a command as its caller hands it to a server: resolved values only, no environment and
// no relative paths.
//
//   const Order order = order_of(resolved, {.database = ..., .terminal = ...});
//   send({FrameType::run, encode(order)});
//
// `words` are a command line that says everything: each option that is not at its default as
// --name=value, paths absolute, `--` before the positionals.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/report.hpp"
#include "shelduck/commands/terminal.hpp"

namespace shelduck::delegation {

// An import asks what is stored already: `input` is its question, and the answer's bytes are
// output.
// How a command that was ordered before ended is asked for by its id.
enum class Purpose { act, plan, ask, outcome };

// Whether the caller takes files that the server made, each as an open descriptor.
enum class Files { refused, taken };

struct Order {
  std::string database;  // canonical path; the server answers for no other
  std::vector<std::string> words;
  commands::Terminal terminal{};
  std::string run_id{};  // SHELDUCK_RUN
  commands::ErrorForm error_form = commands::ErrorForm::text;
  Purpose purpose = Purpose::act;
  std::string input{};       // what the file of --plan holds, or what an import asks
  std::string command_id{};  // of one that changes something
  Files files = Files::refused;
};

// The words of a resolved command.
[[nodiscard]] std::vector<std::string> words_of(const commands::ParsedCommand& resolved);

[[nodiscard]] std::string encode(const Order& order);

// Failure: Error(invalid_input) for a payload that no order makes.
[[nodiscard]] Order decode_order(std::string_view payload);

}  // namespace shelduck::delegation
