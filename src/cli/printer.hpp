// The text of an answer in each format.
//
//   json    one document; indented where a person looks, else one line
//   ndjson  the inner objects, one a line
//   csv     RFC 4180 with a header line always, lines end in \n
//   table   columns for people: units, right-aligned numbers, status in colour; too narrow a
//           terminal loses the columns of the highest rank first, then the longest texts are cut
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

[[nodiscard]] std::string printed(const Answer& answer, const Terminal& terminal);

// The rows of a list, a slice at a time; nothing after the last one.
using RowSlices = std::function<std::optional<Document::Array>()>;

// Writes a list to the request's output, in the bytes that printed() has for all of its rows at
// once: as NDJSON, CSV or a table. `form` is the answer without rows, with one table at most;
// `begin` starts a walk of the rows, and is called twice for a table, first for its widths.
void print_slices(const Request& request, const Answer& form,
                  const std::function<RowSlices()>& begin);

// What stderr says beside it: a program reads the document or `next`, a person reads notes.
[[nodiscard]] std::string remarks(const Answer& answer, const commands::ParsedCommand& command);

}  // namespace shelduck::cli
