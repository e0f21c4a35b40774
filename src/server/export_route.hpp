// GET /api/sensor-data/export: all readings that a filter lets through, made while they are sent.
//
// The answer begins when its first part is there, so what goes wrong before has a status of its
// own; afterwards the connection breaks off without an end, which every client of HTTP/1.1 sees.
// One export at a time: the next one gets 503. A client that takes nothing for the answer time of
// the server loses its connection, and the reader goes on with other questions.
#pragma once

#include "shelduck/http/route.hpp"
#include "shelduck/server/question_routes.hpp"

namespace shelduck::server {

[[nodiscard]] http::Route export_route(const Questions& questions);

}  // namespace shelduck::server
