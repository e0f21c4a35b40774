// The one table that binds commands to handlers, by path. Every question, record and admin command
// of the commands table stands here once; a test holds both tables against each other.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string_view>
#include <variant>

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/inquiry.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/interop/stored_history.hpp"
#include "shelduck/store/backup.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

// Reads what was applied, everything acknowledged before included; other questions may run beside
// it.
using QuestionHandler = Answer (*)(const Request&, Inquiry&);

// Works on a store that is open, has applied everything acknowledged before, and is its alone.
using OpenHandler = Answer (*)(const Request&, store::Store&);

// Reads files of its caller's and takes in what is new, wherever the database is open: `answer` is
// for the process that has it, `run` for the one that has the files.
struct ImportHandler {
  Answer (*run)(const Request&, const interop::ImportTarget&);
  std::string (*answer)(store::Connection&, std::string_view question);
};

// Answers the folder of a copy that is on the disk and belongs to whoever asked.
using BackupSource = std::function<std::filesystem::path(const store::BackupPlace&)>;

// Makes a copy of the database that becomes its caller's: `make` is for the process that has the
// store open, as an OpenHandler, and answers such a folder; `run` for the one that puts it away.
struct BackupHandler {
  Answer (*run)(const Request&, const BackupSource&);
  std::filesystem::path (*make)(const Request&, store::Store&);
};

// Works on a store that nobody has open, or on none.
using ClosedHandler = Answer (*)(const Request&);

struct Binding {
  std::string_view path;
  std::variant<QuestionHandler, OpenHandler, ImportHandler, BackupHandler, ClosedHandler> handler;
  // What a question answers where no database is; null where that is an error.
  ClosedHandler without_history = nullptr;
};

[[nodiscard]] std::span<const Binding> all_bindings();

// Null where the command has no handler here: it belongs to the front program.
[[nodiscard]] const Binding* find_binding(std::string_view path);

}  // namespace shelduck::cli
