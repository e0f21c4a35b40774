// The recovery ladder: what happens when the engine cannot open its file after an unclean stop.
// Private to the store. Nothing is deleted: files are set aside beside the database.
//
//   1. The log is of an older state of the file: it is set aside; the journal's positions decide.
//   2. The log is torn: it is set aside, a copy of its whole part is tried.
//   3. The file itself is damaged: the caller rebuilds, if backup, archive and journal cover all.
//
// Each rung is climbed once. Out of memory, descriptors, permissions, a lock or a newer version are
// thrown as Errors: they are never reasons to set anything aside.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shelduck/core/log.hpp"

namespace shelduck::store::detail {

struct Recovery {
  bool is_file_damaged = false;
  std::string reason{};            // of the damage
  std::vector<std::string> notes;  // what was set aside, one line each
};

// The caller holds the owner's lock and the database is closed.
[[nodiscard]] Recovery recover(const std::filesystem::path& database,
                               const std::filesystem::path& engine, const LogSink& log);

}  // namespace shelduck::store::detail
