#include "shelduck/store/restore_plan.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <sstream>
#include <string>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"
#include "shelduck/journal/restore_intent.hpp"
#include "shelduck/store/copy.hpp"
#include "shelduck/store/database.hpp"
#include "shelduck/store/path.hpp"
#include "shelduck/store/rebuilt_file.hpp"

namespace shelduck::store::detail {

namespace {

std::string to_text(const RestorePlan& plan) {
  std::string text = "identity " + to_string(plan.identity) + "\naside " + plan.aside.string() +
                     "\nnew " + plan.new_file.string() + "\n";
  if (plan.edge) text += "edge " + std::to_string(*plan.edge) + "\n";
  return text;
}

std::int64_t parse_edge(const std::string& digits) {
  std::int64_t edge = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, edge);
  if (parsed.ec == std::errc{} && parsed.ptr == end) return edge;
  throw Error{ErrorKind::corrupt,
              "the intent of a restore has no edge that can be read",
              {.field = "edge", .value = digits}};
}

RestorePlan parse_plan(const std::string& text) {
  RestorePlan plan;
  std::istringstream lines{text};
  std::optional<Uuid> identity;
  for (std::string word, rest; lines >> word && std::getline(lines >> std::ws, rest);) {
    if (word == "identity") identity = parse_uuid(rest);
    if (word == "aside") plan.aside = rest;
    if (word == "new") plan.new_file = rest;
    if (word == "edge") plan.edge = parse_edge(rest);
  }
  if (!identity || plan.aside.empty() || plan.new_file.empty()) {
    throw Error{ErrorKind::corrupt, "the intent of a restore cannot be read; nothing was touched"};
  }
  plan.identity = *identity;
  return plan;
}

void step(const RestoreSite& site, std::string_view name) {
  if (site.options.step) site.options.step(name);
}

// Everything that belongs to the database as it was.
std::array<std::filesystem::path, 7> belongings(const std::filesystem::path& database) {
  const auto [log, log_of_pages, log_index] = log_paths(database);
  return {database,
          log,
          log_of_pages,
          log_index,
          journal::journal_directory(database.string()),
          automatic_backup(database),
          database.string() + ".backup-required"};
}

// What was moved is in the folder; a name that is there already is not moved again, because by
// then the same name outside belongs to the new database.
void set_aside(const RestoreSite& site, const RestorePlan& plan) {
  std::filesystem::create_directories(plan.aside);
  adopt_folder_owner(plan.aside);
  sync_directory(folder_of(plan.aside));
  if (!std::filesystem::exists(plan.new_file)) return;
  for (const std::filesystem::path& from : belongings(site.database)) {
    const std::filesystem::path to = plan.aside / from.filename();
    if (std::filesystem::exists(from) && !std::filesystem::exists(to)) rename_durably(from, to);
    step(site, "restore.set_aside");
  }
}

void complete(const RestoreSite& site, const RestorePlan& plan) {
  set_aside(site, plan);
  // The new rows are in no journal: they need a backup before anything relies on a rebuild.
  require_backup(site.database);
  adopt_folder_owner(site.database.string() + ".backup-required");
  journal::make_journal(site.files, journal::journal_directory(site.database.string()),
                        {plan.identity, site.domain.name}, {.edge = plan.edge});
  step(site, "restore.journal_made");
  if (std::filesystem::exists(plan.new_file)) rename_durably(plan.new_file, site.database);
  step(site, "restore.in_place");
  // Last of the three: while the new file waits, a backup that stands there is the old one.
  const std::filesystem::path backup = staging_folder(plan.new_file) / kAutomaticCopy;
  if (std::filesystem::exists(backup)) rename_durably(backup, automatic_backup(site.database));
  step(site, "restore.backed_up");
  std::filesystem::remove_all(staging_folder(plan.new_file));
  journal::remove_intent(site.files, site.database.string());
  step(site, "restore.done");
}

}  // namespace

std::filesystem::path restored_file(const std::filesystem::path& database) {
  return database.string() + ".restored";
}

void carry_out(const RestoreSite& site, const RestorePlan& plan) {
  journal::write_intent(site.files, site.database.string(), to_text(plan));
  step(site, "restore.intent");
  std::vector<std::unique_ptr<journal::File>> locks;
  try {
    locks =
        journal::lock_every_segment(site.files, journal::journal_directory(site.database.string()));
  } catch (const Error&) {
    journal::remove_intent(site.files, site.database.string());
    throw;
  }
  complete(site, plan);
}

void finish_restore(const RestoreSite& site) {
  const std::optional<std::string> text = journal::read_intent(site.files, site.database.string());
  if (!text) return remove_database_file(restored_file(site.database));
  const RestorePlan plan = parse_plan(*text);
  const auto locks =
      journal::lock_every_segment(site.files, journal::journal_directory(site.database.string()));
  complete(site, plan);
  site.options.log(LogLevel::warning, "an interrupted restore of " + site.database.string() +
                                          " was finished; what stood there before is in " +
                                          plan.aside.string());
}

}  // namespace shelduck::store::detail
