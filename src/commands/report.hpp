// How an error reaches the person or program that called: text, or with --json one object.
#pragma once

#include <span>
#include <string>

#include "shelduck/commands/settings.hpp"
#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {

// The same error with a field that is one of the command's options as its flag: "--start-time" for
// start_time, as a domain or a parameter of HTTP has it.
[[nodiscard]] Error in_words_of_flags(const Error& error, const Command& command);

// {"error": {kind, message, field, value, rule, hint}}; what is not known is null.
[[nodiscard]] Document error_document(const Error& error);

enum class ErrorForm { text, json };

// How the errors of a command line are written. The words may be what is wrong, so they are looked
// at as they stand, up to another program's; else SHELDUCK_FORMAT says it.
[[nodiscard]] ErrorForm error_form(std::span<const std::string> words,
                                   const Environment& environment);

// "shelduck: message", then a line "field 'value': rule" where the message does not say rule and
// value itself (without the value where the message has it), then the hint; ends in a newline.
[[nodiscard]] std::string error_text(const Error& error);

}  // namespace shelduck::commands
