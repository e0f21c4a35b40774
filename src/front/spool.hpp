// The last resort of `exec`: what could not be recorded, as a line of JSON in unrecorded.jsonl.
#pragma once

#include <filesystem>

#include "shelduck/core/document.hpp"

namespace shelduck::front {

// Appends one line to `folder`/unrecorded.jsonl; folder and file are made, private. Throws
// Error(io).
void spool(const std::filesystem::path& folder, const Document& line);

}  // namespace shelduck::front
