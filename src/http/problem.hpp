// Problems: how an error looks over HTTP (RFC 9457, application/problem+json).
//
//   return problem_response(error, request.id);
//
//   {"type": "urn:shelduck:problem:invalid_input", "title": "Bad Request", "status": 400,
//    "detail": "unknown metric 'wal'", "error": "unknown metric 'wal'", "instance": "urn:uuid:...",
//    "errors": [{"field": "metric", "value": "wal", "rule": "one of ..."}]}
//
// `error` repeats the detail: the one member that clients of the old sensor routes read.
// `type` is made of the kind's stable word. Words of the engine never leave the process: for io,
// corrupt, fatal, bug and exhausted the detail is a fixed sentence, and the log has the rest by
// request id.
#pragma once

#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/http/message.hpp"

namespace shelduck::http {

// The one table from kind to status.
[[nodiscard]] int status_of(ErrorKind kind) noexcept;

// Whether the reason stays in the server's log.
[[nodiscard]] bool is_private(ErrorKind kind) noexcept;

[[nodiscard]] Response problem_response(const Error& error, std::string_view request_id);

// The same with a status of its own: 422 for a body that parses but breaks a rule; and with `more`
// members, of an object.
[[nodiscard]] Response problem_response(const Error& error, int status, std::string_view request_id,
                                        const Document& more = Document::object());

// For what is refused before any error has a kind: 401, 405, 413, 431, ...; `cause` has a field
// where a part of the request is to blame.
[[nodiscard]] Response problem_response(int status, std::string_view detail,
                                        std::string_view request_id, const ErrorDetail& cause = {});

// At most 40 bytes of what a client wrote, as UTF-8.
[[nodiscard]] std::string shown_value(std::string_view written);

}  // namespace shelduck::http
