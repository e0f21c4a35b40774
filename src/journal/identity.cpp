#include "shelduck/journal/identity.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/crc32c.hpp"
#include "shelduck/journal/whole_file.hpp"

namespace shelduck::journal {

namespace {

constexpr std::string_view kAnyVersion = "shelduck journal ";
constexpr std::string_view kFirstLine = "shelduck journal 1";
constexpr std::string_view kEdgeWord = "edge ";
constexpr std::string_view kEngineWord = "engine ";
constexpr std::string_view kCheckWord = "crc32c ";
constexpr std::size_t kIdentityBytesMax = 64U << 10;

std::string identity_path(const std::string& directory) { return directory + "/identity"; }

Error damaged_identity(const std::string& path, const std::string& what) {
  return Error{ErrorKind::corrupt,
               "journal identity '" + path + "' is damaged: " + what,
               {.field = "path",
                .value = path,
                .hint = "nothing was changed; restore the file from a copy, or run db check"}};
}

bool is_word(std::string_view text) {
  return !text.empty() && text.size() <= 16 &&
         std::ranges::all_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
}

// All that the file says.
struct IdentityFile {
  Identity identity;
  JournalNotes notes{};
};

// A build that knows of no edge or engine reads over its line.
std::string to_text(const IdentityFile& file) {
  std::string text(kFirstLine);
  text += "\nidentity " + to_string(file.identity.uuid) + "\ndomain " + file.identity.domain + "\n";
  if (file.notes.edge) text += std::string(kEdgeWord) + std::to_string(*file.notes.edge) + "\n";
  if (file.notes.engine) text += std::string(kEngineWord) + *file.notes.engine + "\n";
  const std::string check = std::to_string(crc32c(text));
  text += std::string(kCheckWord) + check + "\n";
  return text;
}

// The value of the line that begins with `word`; empty when there is none.
std::string_view line_value(std::string_view text, std::string_view word) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    if (line.starts_with(word)) return line.substr(word.size());
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return {};
}

template <class Number>
std::optional<Number> number_in(std::string_view digits) {
  Number number = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_whole = parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size();
  return is_whole ? std::optional{number} : std::nullopt;
}

bool check_matches(std::string_view text) {
  const std::size_t at = text.rfind(kCheckWord);
  if (at == std::string_view::npos) return false;
  return number_in<std::uint32_t>(line_value(text.substr(at), kCheckWord)) ==
         crc32c(text.substr(0, at));
}

IdentityFile parse(const std::string& text, const std::string& path) {
  const std::string_view first_line = std::string_view(text).substr(0, text.find('\n'));
  const bool is_whole_line = first_line.size() < text.size();
  if (is_whole_line && first_line.starts_with(kAnyVersion) && first_line != kFirstLine) {
    throw Error{ErrorKind::refused,
                "journal identity '" + path + "' is of a newer version",
                {.field = "path", .value = path, .hint = "use the newer shelduck that made it"}};
  }
  if (!check_matches(text)) throw damaged_identity(path, "its check value does not match");
  const auto uuid = parse_uuid(line_value(text, "identity "));
  const std::string_view domain = line_value(text, "domain ");
  if (!uuid || !is_word(domain)) throw damaged_identity(path, "it lacks its UUID or its domain");
  IdentityFile file{.identity = {*uuid, std::string(domain)}};
  const std::string_view engine = line_value(text, kEngineWord);
  if (is_word(engine)) file.notes.engine = engine;
  const std::string_view edge = line_value(text, kEdgeWord);
  if (edge.empty()) return file;
  file.notes.edge = number_in<std::int64_t>(edge);
  if (!file.notes.edge) throw damaged_identity(path, "its edge is no number");
  return file;
}

std::optional<IdentityFile> read_file(FileSystem& files, const std::string& directory) {
  const std::string path = identity_path(directory);
  const auto text = read_whole(files, path, kIdentityBytesMax);
  if (!text) return std::nullopt;
  return parse(*text, path);
}

IdentityFile require_file(FileSystem& files, const std::string& directory) {
  if (auto file = read_file(files, directory)) return *std::move(file);
  throw Error{ErrorKind::not_found,
              "there is no journal '" + directory + "'",
              {.field = "path", .value = directory}};
}

void replace_file(FileSystem& files, const std::string& directory, const IdentityFile& file) {
  const std::string path = identity_path(directory);
  const std::string unfinished = path + "-edge.new";
  files.remove(unfinished);  // of an owner that died
  write_synced(files, unfinished, to_text(file));
  files.rename(unfinished, path);
  files.sync_directory(directory);
}

// Of every folder above, as far as this user may: whoever makes a journal first cannot know which
// of them is new.
void sync_ancestors(FileSystem& files, const std::string& directory) {
  files.sync_directory(parent_of(directory));
  std::string folder = parent_of(directory);
  while (folder != "/" && folder != ".") {
    folder = parent_of(folder);
    try {
      files.sync_directory(folder);
    } catch (const Error&) {
      return;  // a folder above that this user cannot open was not made by this user
    }
  }
}

}  // namespace

std::string journal_directory(std::string_view database) {
  return std::string(database) + ".journal";
}

std::optional<Identity> read_identity(FileSystem& files, const std::string& directory) {
  const auto file = read_file(files, directory);
  return file ? std::optional{file->identity} : std::nullopt;
}

std::optional<std::int64_t> read_edge(FileSystem& files, const std::string& directory) {
  const auto file = read_file(files, directory);
  return file ? file->notes.edge : std::nullopt;
}

void advance_edge(FileSystem& files, const std::string& directory, std::int64_t edge) {
  IdentityFile file = require_file(files, directory);
  if (file.notes.edge && *file.notes.edge >= edge) return;
  file.notes.edge = edge;
  replace_file(files, directory, file);
}

std::optional<std::string> read_engine(FileSystem& files, const std::string& directory) {
  const auto file = read_file(files, directory);
  return file ? file->notes.engine : std::nullopt;
}

void note_engine(FileSystem& files, const std::string& directory, std::string_view engine) {
  if (!is_word(engine)) {
    throw Error{ErrorKind::bug,
                "'" + std::string(engine) + "' is no word for an engine",
                {.field = "engine", .value = std::string(engine), .rule = "1 to 16 of a-z"}};
  }
  IdentityFile file = require_file(files, directory);
  if (file.notes.engine == engine) return;
  file.notes.engine = engine;
  replace_file(files, directory, file);
}

Identity make_journal(FileSystem& files, const std::string& directory, const Identity& identity,
                      const JournalNotes& notes) {
  if (!is_word(identity.domain)) {
    throw Error{ErrorKind::bug,
                "'" + identity.domain + "' is no journal domain",
                {.field = "domain", .value = identity.domain, .rule = "1 to 16 of a-z"}};
  }
  if (files.make_directory(directory)) sync_ancestors(files, directory);
  if (const auto present = read_identity(files, directory)) return *present;
  const std::string path = identity_path(directory);
  const std::string unfinished = path + "-" + to_string(identity.uuid) + ".new";
  // One that a crash left has the same content, or none that counts.
  files.remove(unfinished);
  write_synced(files, unfinished, to_text({.identity = identity, .notes = notes}));
  const bool first = files.rename_new(unfinished, path);
  if (!first) files.remove(unfinished);
  files.sync_directory(directory);
  files.sync_directory(parent_of(directory));
  if (first) return identity;
  if (const auto present = read_identity(files, directory)) return *present;
  throw damaged_identity(path, "it went away while it was read");
}

Identity open_or_create_journal(FileSystem& files, const std::string& database,
                                const NewIdentity& wanted) {
  const std::string directory = journal_directory(database);
  auto identity = read_identity(files, directory);
  if (!identity) {
    const auto file = files.status(database);
    if (file && (file->is_directory || file->bytes > 0)) {
      throw Error{
          ErrorKind::not_found,
          "database '" + database + "' stands without its journal",
          {.field = "path",
           .value = directory,
           .hint = "run any question, for example shelduck db check: it makes the journal"}};
    }
    identity = make_journal(files, directory,
                            {new_uuid(wanted.clock(), wanted.random), std::string(wanted.domain)},
                            {.engine = wanted.engine});
  }
  if (identity->domain == wanted.domain) return *identity;
  throw Error{ErrorKind::conflict,
              "journal '" + directory + "' is of domain '" + identity->domain + "', not '" +
                  std::string(wanted.domain) + "'",
              {.field = "path", .value = directory, .hint = "name another database with --db"}};
}

}  // namespace shelduck::journal
