// The way to the program that knows the database.
#pragma once

#include "shelduck/commands/settings.hpp"

namespace shelduck::front {

// Replaces this process by ../libexec/shelduck/engine, seen from this program's own folder (or by
// what SHELDUCK_ENGINE names, for tests), with all arguments untouched: nothing stands between the
// caller and the engine. Throws Error when there is none.
[[noreturn]] void become_engine(char* const* arguments, const commands::Environment& environment);

}  // namespace shelduck::front
