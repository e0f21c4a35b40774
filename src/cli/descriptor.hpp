// Bytes to and from the descriptors of this process. Only main and what it calls directly use this.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "shelduck/cli/cancel.hpp"

namespace shelduck::cli {

// Nobody reads standard output any more. Not an Error: the answer is right, and the program ends as
// SIGPIPE would have ended it, after it has closed its database.
struct OutputClosed {};

// Writes all of it. Throws OutputClosed, or Error(io, exhausted).
void write_all(int descriptor, std::string_view text);

// To standard error, as much as it takes; never throws.
void write_error(std::string_view text) noexcept;

// A whole small file; throws Error: not_found, io, or invalid_input for more than `bytes_max`.
[[nodiscard]] std::string read_file(const std::filesystem::path& path, std::size_t bytes_max);

// A line of standard input without its end; empty at its end. Throws Error(cancelled).
[[nodiscard]] std::string read_answer(const CancelToken& cancel);

// Ends this process as SIGPIPE does.
[[noreturn]] void die_of_closed_output();

}  // namespace shelduck::cli
