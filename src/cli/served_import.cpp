#include "shelduck/cli/served_import.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <thread>

#include "shelduck/cli/served.hpp"
#include "shelduck/cli/session.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/journal/identity.hpp"

namespace shelduck::cli {
namespace {

constexpr std::chrono::milliseconds kPauseBetweenQuestions{50};
constexpr Seconds kTidyingTime{2};

Error no_owner_to_ask() {
  return Error{ErrorKind::busy,
               "the import stopped in the middle: whoever owns the database cannot be asked now; "
               "what was written is durable",
               {.hint = "import again, it goes on where this stopped"}};
}

}  // namespace

void require_own_journal(const std::filesystem::path& database) {
  const std::string folder = journal::journal_directory(journal::canonical_path(database.string()));
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) == 0 || errno != EACCES)
    return;
  struct stat found{};
  const bool is_known = ::stat(folder.c_str(), &found) == 0;
  const std::string owner =
      is_known ? "user " + commands::name_of_user(found.st_uid) : "another user";
  throw Error{ErrorKind::refused,
              "'" + folder + "' belongs to " + owner +
                  ", and an import writes there; nothing was read or written",
              {.field = "database",
               .value = database.string(),
               .rule = "imported into by its owner or root",
               .hint = "import as " + owner + ", or record over HTTP"}};
}

interop::ImportTarget ServedImport::target() {
  return {.ask = [this](std::string_view question) { return ask(question); },
          .write = [this](std::span<const store::Record> records) { write(records); }};
}

std::string ServedImport::ask(std::string_view question) {
  const Moment end = std::chrono::steady_clock::now() +
                     std::chrono::duration_cast<Moment::duration>(request_.opening.wait);
  while (true) {
    if (store_) return ask_store(question);
    if (auto answer = ask_for_import(request_, question)) return std::move(*answer);
    const Moment now = std::chrono::steady_clock::now();
    if (now >= end) break;
    try_to_own(end - now);
    if (!store_) std::this_thread::sleep_for(kPauseBetweenQuestions);
  }
  if (interop::is_about_sums(question)) return {};
  throw no_owner_to_ask();
}

std::string ServedImport::ask_store(std::string_view question) {
  const CancelToken::Hook hook{request_.cancel, [this] { store_->interrupt(); }};
  request_.cancel.check();
  return interop::answer_import_question(store_->connection(), question);
}

void ServedImport::try_to_own(Seconds patience) {
  let_go_of_segments();  // an owner reads them to their end
  store::OpenOptions options = request_.opening;
  options.purpose = store::Purpose::write;
  options.wait = patience;
  try {
    store_.emplace(store::Store::open(request_.database, request_.domain, options));
    (void)store_->apply();
  } catch (const Served&) {
    return;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::busy) throw;
  }
}

void ServedImport::let_go_of_segments() {
  writer_.reset();
  held_.clear();
}

journal::Writer& ServedImport::writer() {
  if (!writer_) {
    journal::WriterOptions options{.database = journal::canonical_path(request_.database.string()),
                                   .domain = request_.domain.name,
                                   .types = request_.domain.record_types,
                                   .clock = request_.clock,
                                   .random = request_.random,
                                   .log = request_.log};
    options.shelf = journal::Shelf::import;
    options.floor_bytes = static_cast<std::uint64_t>(request_.opening.floor_bytes);
    writer_.emplace(files_, std::move(options));
  }
  return *writer_;
}

void ServedImport::write(std::span<const store::Record> records) {
  if (store_) {
    (void)store_->write(records);
    return;
  }
  std::vector<journal::RecordView> views;
  views.reserve(records.size());
  for (const store::Record& record : records) views.push_back({record.type, record.payload});
  const journal::Ticket ticket = writer().append(views);
  held_.push_back(writer().hold(ticket));
  writer().commit(ticket);
}

void ServedImport::finish() {
  let_go_of_segments();
  if (!store_) return;
  keep_predictions(*store_, request_.database, request_);
  try {
    (void)store_->finish(kTidyingTime);
    store_->close();
  } catch (const Error& error) {
    request_.log(LogLevel::warning, error.what());
  }
  store_.reset();
}

}  // namespace shelduck::cli
