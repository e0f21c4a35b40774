// How an error reaches the person or program that called: text, or with --json one object.
#pragma once

#include <string>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::commands {

// {"error": {kind, message, field, value, rule, hint}}; what is not known is null.
[[nodiscard]] Document error_document(const Error& error);

// "shelduck: message", then a line "field 'value': rule" for a rule that the message does not say
// itself (without the value where the message has it), then the hint; ends in a newline.
[[nodiscard]] std::string error_text(const Error& error);

}  // namespace shelduck::commands
