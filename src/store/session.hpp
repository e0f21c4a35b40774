// Session is the open database of an owner: its file, its connection, and how to open them anew
// after an error that leaves a commit in doubt. Private to the store.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/migration.hpp"
#include "shelduck/store/replay.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

// Where copies are made before they get their place; on the database's own file system.
[[nodiscard]] std::filesystem::path staging_folder(const std::filesystem::path& database);

class Session {
 public:
  // The caller holds the lock of `path` (or the file is private to it).
  Session(std::filesystem::path path, const Domain& domain, const OpenOptions& options);

  // Throw fatal after a reopening that failed.
  [[nodiscard]] Database& database();
  [[nodiscard]] Connection& connection();
  [[nodiscard]] const Domain& domain() const { return domain_; }
  [[nodiscard]] const OpenOptions& options() const { return options_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  // Migrations of store and domain, the identity where none is stored yet, staging tables.
  void prepare(const Uuid& identity);

  // The migrations that are missing, and whether any was ever begun. Throws refused for a newer
  // database, corrupt for a changed migration, invalid_input for another program's database.
  struct Schema {
    std::vector<std::string> missing;
    bool is_fresh = true;
  };
  [[nodiscard]] Schema schema();

  [[nodiscard]] std::optional<Uuid> stored_identity();
  [[nodiscard]] Positions positions();

  // Remembered: after an opening it is asked once.
  [[nodiscard]] Version version();
  // That many records were committed.
  void note_applied(std::uint64_t records);

  // Takes another connection: with the old one goes what its staging tables hold.
  void reconnect();

  // Closes and opens again. Throws fatal where other connections are in the way.
  void reopen();
  void close();

  void step(std::string_view name) const {
    if (options_.step) options_.step(name);
  }

 private:
  // What the file says of itself. It is asked once, because each statement costs as much as a
  // short question.
  struct Contents {
    AppliedMigrations applied;
    std::optional<Uuid> identity;
  };
  [[nodiscard]] const Contents& contents();
  [[nodiscard]] std::optional<Uuid> read_identity();
  void require_own_database();

  void open();
  void require_open() const;
  void make_staging_tables();

  std::filesystem::path path_;
  const Domain& domain_;
  const OpenOptions& options_;
  std::optional<Database> database_;
  std::optional<Connection> connection_;
  std::optional<Contents> contents_;
  std::optional<Version> version_;
};

}  // namespace shelduck::store::detail
