// How an error reaches the person or program that called: text, or with --json one object.
#pragma once

#include <span>
#include <string>

#include "shelduck/commands/settings.hpp"
#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {

// {"error": {kind, message, field, value, rule, hint}}; what is not known is null.
[[nodiscard]] Document error_document(const Error& error);

enum class ErrorForm { text, json };

// How the errors of a command line are written. The words may be what is wrong, so they are looked
// at as they stand, up to another program's; else SHELDUCK_FORMAT says it.
[[nodiscard]] ErrorForm error_form(std::span<const std::string> words,
                                   const Environment& environment);

// "shelduck: message", then a line "field 'value': rule" for a rule that the message does not say
// itself (without the value where the message has it), then the hint; ends in a newline.
[[nodiscard]] std::string error_text(const Error& error);

}  // namespace shelduck::commands
