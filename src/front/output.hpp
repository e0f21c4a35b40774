// Standard streams of this program, without the cost of buffered ones.
#pragma once

#include <string_view>

#include "shelduck/core/document.hpp"

namespace shelduck::front {

// Writes all of it. Throws Error(io) when the reader went away or the disk is full.
void print(std::string_view text);

// To stderr, as far as it goes.
void complain(std::string_view text);

}  // namespace shelduck::front
