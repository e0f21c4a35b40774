#include "shelduck/store/manifest.hpp"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/digest.hpp"
#include "shelduck/store/path.hpp"

namespace shelduck::store::detail {

namespace {

constexpr std::string_view kManifestName = "manifest";
constexpr std::string_view kAnotherBackup = "restore another backup with: shelduck db restore DIR";
constexpr std::string_view kVersionsTable = "schema_version";

std::string_view word_of(BackupFormat format) {
  return format == BackupFormat::database ? "duckdb" : "parquet";
}

std::string line_of(std::string_view word, const TableState& state) {
  return std::string(word) + " " + state.table + " " + std::to_string(state.rows) + " " +
         state.digest + "\n";
}

// Takes what follows the word and its first value; false where that is no such line.
bool take_line(Manifest& manifest, std::istream& rest, const std::string& word,
               const std::string& value) {
  const std::optional<Uuid> id = parse_uuid(value);
  const std::optional<ParsedInstant> instant = parse_instant(value);
  if (word == "made_at" && instant) {
    manifest.made_at = instant->instant;
  } else if (word == "identity" && id) {
    manifest.identity = *id;
  } else if (word == "domain") {
    manifest.domain = value;
  } else if (word == "format") {
    manifest.format = value == "parquet" ? BackupFormat::parquet : BackupFormat::database;
  } else if (word == "digests_by" && id) {
    manifest.digests_by = *id;
  } else if (word == "position" && id) {
    return static_cast<bool>(rest >> manifest.positions[*id]);
  } else if (word == "table" || word == "parquet") {
    TableState state{.table = value, .rows = 0, .digest = {}};
    if (!(rest >> state.rows >> state.digest)) return false;
    (word == "table" ? manifest.tables : manifest.parquet).push_back(std::move(state));
  } else {
    return false;
  }
  return true;
}

const TableState* find_state(const std::vector<TableState>& states, std::string_view table) {
  const auto at = std::ranges::find(states, table, &TableState::table);
  return at == states.end() ? nullptr : &*at;
}

enum class Comparison { rows, digests };

std::string words_of(const TableState& state, Comparison comparison) {
  const std::string rows = std::to_string(state.rows) + " rows";
  return comparison == Comparison::rows ? rows : rows + " with the digest " + state.digest;
}

[[noreturn]] void refuse_backup(const std::filesystem::path& folder, const std::string& what) {
  throw Error{ErrorKind::corrupt,
              "the backup " + folder.string() + " is not what was backed up: " + what +
                  "; nothing was changed",
              {.hint = std::string(kAnotherBackup)}};
}

void require_equal_states(const std::filesystem::path& folder,
                          const std::vector<TableState>& promised,
                          const std::vector<TableState>& found, Comparison comparison) {
  for (const TableState& state : promised) {
    const TableState* present = find_state(found, state.table);
    if (present == nullptr) {
      refuse_backup(folder, "its manifest says that table " + state.table + " has " +
                                words_of(state, comparison) + ", and the table is not there");
    }
    if (present->rows == state.rows &&
        (comparison == Comparison::rows || present->digest == state.digest)) {
      continue;
    }
    refuse_backup(folder, "its manifest says that table " + state.table + " has " +
                              words_of(state, comparison) + ", and there are " +
                              words_of(*present, comparison));
  }
}

void require_same_database(const std::filesystem::path& folder, const Manifest& manifest,
                           Connection& connection) {
  if (manifest.format != BackupFormat::database) return;
  const auto found = connection.value<Uuid>("SELECT identity FROM store_identity");
  if (found == manifest.identity) return;
  refuse_backup(folder, "its manifest is of the database " + to_string(manifest.identity) +
                            ", and its file is of " + to_string(found));
}

// Parquet rows are loaded into tables of this build's migrations: with others, only their number
// can be equal, and the table of migrations is this build's own.
std::string require_loaded(const std::filesystem::path& folder, const Manifest& manifest,
                           Connection& connection, const Domain& domain) {
  const std::vector<TableState> found = table_states(connection, domain);
  const TableState* was = find_state(manifest.tables, kVersionsTable);
  const TableState* present = find_state(found, kVersionsTable);
  if (was != nullptr && present != nullptr && *was == *present) {
    require_equal_states(folder, manifest.tables, found, Comparison::digests);
    return {};
  }
  std::vector<TableState> promised = manifest.tables;
  std::erase_if(promised, [](const TableState& state) { return state.table == kVersionsTable; });
  require_equal_states(folder, promised, found, Comparison::rows);
  return "the backup is of other migrations: of its tables only the numbers of rows could be "
         "compared";
}

// The engine has no kind of its own for a damaged Parquet file: all that is no lack of space,
// memory or permission and no interruption comes from what was read.
bool is_of_content(ErrorKind kind) {
  return kind == ErrorKind::corrupt || kind == ErrorKind::fatal ||
         kind == ErrorKind::invalid_input || kind == ErrorKind::bug;
}

// Each failure to read is the backup's, not the database's.
template <class Look>
std::string look_at_backup(const std::filesystem::path& folder, const Look& look) {
  try {
    return look();
  } catch (const Error& error) {
    const bool is_ours = error.detail().hint == kAnotherBackup;
    const bool is_damage = error.kind() == ErrorKind::corrupt || error.kind() == ErrorKind::fatal ||
                           error.kind() == ErrorKind::invalid_input;
    if (is_ours || !is_damage) throw;
    refuse_backup(folder, std::string("it cannot be read: ") + error.what());
  }
}

}  // namespace

void write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  std::string text = "made_at " + to_string(manifest.made_at) + "\nidentity " +
                     to_string(manifest.identity) + "\ndomain " + manifest.domain + "\nformat " +
                     std::string(word_of(manifest.format)) + "\n";
  for (const auto& [segment, sequence] : manifest.positions) {
    text += "position " + to_string(segment) + " " + std::to_string(sequence) + "\n";
  }
  if (manifest.digests_by) text += "digests_by " + to_string(*manifest.digests_by) + "\n";
  for (const TableState& state : manifest.tables) text += line_of("table", state);
  for (const TableState& state : manifest.parquet) text += line_of("parquet", state);
  write_durably(folder / kManifestName, text);
}

std::optional<Manifest> read_manifest(const std::filesystem::path& folder) {
  std::ifstream file{folder / kManifestName};
  if (!file) return std::nullopt;
  Manifest manifest;
  for (std::string word, value; file >> word >> value;) {
    if (take_line(manifest, file, word, value)) continue;
    throw Error{ErrorKind::corrupt, "the manifest of the backup " + folder.string() +
                                        " is damaged at '" + word + " " + value + "'"};
  }
  return manifest;
}

Manifest require_manifest(const std::filesystem::path& folder, const Domain& domain) {
  std::optional<Manifest> manifest = read_manifest(folder);
  if (!manifest) {
    throw Error{ErrorKind::not_found,
                folder.string() + " is no backup: it has no manifest",
                {.field = "DIR",
                 .value = folder.string(),
                 .rule = "a folder that `shelduck db backup` made"}};
  }
  if (manifest->domain != domain.name) {
    throw Error{ErrorKind::invalid_input,
                folder.string() + " is a backup of '" + manifest->domain + "', not of '" +
                    domain.name + "'; nothing was changed",
                {.field = "DIR", .value = folder.string(), .rule = "a backup of " + domain.name}};
  }
  const Backend backend = kind_of_backup(folder)->backend;
  if (backend != domain.backend) {
    throw Error{ErrorKind::invalid_input,
                folder.string() + " is a backup of " + std::string(name_of(backend)) +
                    ", and the database in its place is of " +
                    std::string(name_of(domain.backend)) + "; nothing was changed",
                {.field = "DIR",
                 .value = folder.string(),
                 .rule = "a backup of " + std::string(name_of(domain.backend)),
                 .hint = "restore it to another place with --db FILE"}};
  }
  return *std::move(manifest);
}

std::filesystem::path parquet_file(const std::filesystem::path& folder, const std::string& table) {
  return folder / (table + ".parquet");
}

std::vector<TableState> parquet_states(Connection& connection, const std::filesystem::path& folder,
                                       const std::vector<TableState>& tables) {
  std::vector<TableState> states;
  for (const TableState& state : tables) {
    const std::filesystem::path file = parquet_file(folder, state.table);
    if (!std::filesystem::exists(file)) {
      refuse_backup(folder, "its manifest says that table " + state.table + " has " +
                                words_of(state, Comparison::rows) + ", and " + file.string() +
                                " is not there");
    }
    try {
      states.push_back(content_state(connection, state.table, file));
    } catch (const Error& error) {
      if (!is_of_content(error.kind())) throw;
      refuse_backup(folder, file.string() + " cannot be read as a Parquet file");
    }
  }
  return states;
}

std::string require_content(const std::filesystem::path& folder, const Manifest& manifest,
                            Connection& connection, const Domain& domain) {
  if (!manifest.digests_by) {
    return "the backup is of an older version, which noted no counts: what it holds could not be "
           "compared";
  }
  return look_at_backup(folder, [&]() -> std::string {
    require_same_database(folder, manifest, connection);
    const bool is_comparable = manifest.digests_by == digest_basis(connection, domain);
    if (is_comparable && manifest.format == BackupFormat::parquet) {
      return require_loaded(folder, manifest, connection, domain);
    }
    require_equal_states(folder, manifest.tables,
                         is_comparable ? table_states(connection, domain) : table_rows(connection),
                         is_comparable ? Comparison::digests : Comparison::rows);
    return is_comparable ? ""
                         : "the backup is of another version: of its tables only the numbers of "
                           "rows could be compared";
  });
}

std::string require_sound_backup(const std::filesystem::path& folder, const Manifest& manifest,
                                 const Domain& domain) {
  return look_at_backup(folder, [&]() -> std::string {
    if (manifest.format == BackupFormat::database) {
      const std::filesystem::path file = folder / copy_name(domain.backend);
      if (!std::filesystem::exists(file)) refuse_backup(folder, file.string() + " is not there");
      Database database = Database::open(
          file, {.backend = domain.backend, .access = Access::read_only, .locking = Locking::none});
      Connection connection{database};
      return require_content(folder, manifest, connection, domain);
    }
    Database database = Database::in_memory({.export_directories = {folder}});
    Connection connection{database};
    const std::vector<TableState> found = parquet_states(connection, folder, manifest.tables);
    if (manifest.digests_by != digest_basis(connection, domain)) return {};
    require_equal_states(folder, manifest.parquet, found, Comparison::digests);
    return {};
  });
}

}  // namespace shelduck::store::detail
