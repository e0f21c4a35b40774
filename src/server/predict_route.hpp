// POST /api/history/predictions: what `shelduck predict` answers, with the ids under which the
// forecasts are stored, once each, so that they are scored when their truth comes.
//
// Asking needs scope read, storing write: with less, below the disk floor, or where the journal
// cannot be written the answer says `"stored": false`.
#pragma once

#include "shelduck/server/record_routes.hpp"

namespace shelduck::server {

[[nodiscard]] http::Route predict_route(const Recordings& recordings);

}  // namespace shelduck::server
