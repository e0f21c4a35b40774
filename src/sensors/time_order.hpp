// Rows of one node that came nearly in the order of time are put into it, in place.
//
//   sort_by_time(columns);
//
// Bodies are applied as they are judged, those of several clients in turn, so that a stored year is
// thousands of stretches in order of which few overlap, and those by little.
// Private to the room and its stores.
#pragma once

#include "shelduck/sensors/reading_store.hpp"

namespace shelduck::sensors {

// Ascending by timestamp afterwards, no two of which are equal. Takes time that grows with what
// stands in another's place; rows in no order at all are sorted as a whole.
void sort_by_time(NodeColumns& columns);

}  // namespace shelduck::sensors
