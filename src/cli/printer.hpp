// The text of an answer in each format.
//
//   json    one document; indented where a person looks, else one line
//   ndjson  the inner objects, one a line
//   csv     RFC 4180 with a header line always, lines end in \n
//   table   columns for people: units, right-aligned numbers, status in colour; too narrow a
//           terminal loses the columns of the highest rank first, then the longest texts are cut
#pragma once

#include <string>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] std::string printed(const Answer& answer, const Terminal& terminal);

// What stderr says beside it: a program reads the document or `next`, a person reads notes.
[[nodiscard]] std::string remarks(const Answer& answer, const commands::ParsedCommand& command);

}  // namespace shelduck::cli
