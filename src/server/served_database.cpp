#include "shelduck/server/served_database.hpp"

#include <algorithm>
#include <array>

#include "shelduck/cli/domains.hpp"
#include "shelduck/cli/session.hpp"
#include "shelduck/commands/said_by.hpp"
#include "shelduck/journal/file_system.hpp"

namespace shelduck::server {
namespace {

NamedDatabase named(std::string_view domain, const std::filesystem::path& path) {
  return {std::string(domain), journal::canonical_path(path.string())};
}

// Of `serve` --db is the history, as it is of every command that does not say otherwise.
std::filesystem::path history_of(const cli::Request& request) {
  const auto history = request.paths.find("history");
  if (history == request.paths.end()) return request.database;
  const auto database = request.arguments.options.find("db");
  if (database != request.arguments.options.end() && database->second.origin == "flag") {
    throw Error{ErrorKind::invalid_input,
                "--db and --history both name the history",
                {.field = "--history",
                 .value = history->second.front().string(),
                 .rule = "one of --db and --history"}};
  }
  return history->second.front();
}

// A shorter one would only turn round.
constexpr Seconds kShortestRest{0.1};
// Of the engine, which would make any number of them.
constexpr std::int64_t kThreadsMax = 64;

// What a small profile promises holds whoever asks for more: the lesser of both.
std::int64_t within(const Profile& profile, std::int64_t wanted, std::int64_t own) {
  return profile.is_ceiling ? std::min(wanted, own) : wanted;
}

void tell_ceiling(const ServingShared& shared, std::string_view option, const std::string& own) {
  shared.log(LogLevel::warning,
             commands::said_by(shared.request.arguments, option) + " is more than the profile " +
                 std::string(shared.profile.name) + " allows, which stays at " + own);
}

// Of readings no figure depends on the number of threads: the engine adds nothing up.
void limit_by(const ServingShared& shared, store::OpenOptions& options) {
  const commands::ParsedCommand& arguments = shared.request.arguments;
  const std::int64_t memory = options.engine_share.memory_bytes;
  const std::int64_t wanted = arguments.byte_count("sensors-memory").value_or(memory);
  options.engine_share.memory_bytes = within(shared.profile, wanted, memory);
  if (options.engine_share.memory_bytes < wanted) {
    tell_ceiling(shared, "sensors-memory", std::to_string(memory) + " bytes");
  }
  const std::int64_t threads = arguments.whole_number("sensors-threads").value_or(1);
  options.threads = static_cast<int>(within(shared.profile, std::min(threads, kThreadsMax), 1));
  if (options.threads < std::min(threads, kThreadsMax)) {
    tell_ceiling(shared, "sensors-threads", "one thread");
  }
  options.batch_records_max =
      static_cast<std::size_t>(arguments.whole_number("sensors-batch")
                                   .value_or(static_cast<std::int64_t>(options.batch_records_max)));
}

void check_distinct(const std::vector<NamedDatabase>& databases) {
  for (std::size_t i = 1; i < databases.size(); ++i) {
    if (databases[i].path != databases[i - 1].path) continue;
    throw Error{ErrorKind::invalid_input,
                "one file cannot be the database of two domains",
                {.field = "--" + databases[i].domain,
                 .value = databases[i].path.string(),
                 .rule = "another file than that of " + databases[i - 1].domain}};
  }
}

}  // namespace

std::filesystem::path export_folder(const std::filesystem::path& database) {
  return database.string() + ".export";
}

std::vector<NamedDatabase> named_databases(const cli::Request& request) {
  const auto sensors = request.paths.find("sensors");
  const bool is_history_named =
      request.arguments.value("db").has_value() || request.paths.contains("history");
  std::vector<NamedDatabase> databases;
  if (is_history_named || sensors == request.paths.end()) {
    databases.push_back(named("history", history_of(request)));
  }
  if (sensors != request.paths.end()) {
    databases.push_back(named("sensors", sensors->second.front()));
  }
  check_distinct(databases);
  return databases;
}

ServedDatabase::ServedDatabase(const NamedDatabase& named, const ServingShared& shared)
    : shared_(shared),
      path_(named.path),
      domain_(cli::domain_at(named.domain, path_, shared.request.arguments)),
      answers_(shared.profile.answers_bytes),
      service_(path_, domain_, open_options(), service_options()) {}

store::OpenOptions ServedDatabase::open_options() {
  store::OpenOptions options = shared_.request.opening;
  options.purpose = store::Purpose::write;
  // As in a short command: sums of several threads would end in other digits from time to time.
  // Questions run beside one another instead.
  options.threads = 1;
  options.engine_share = shared_.profile.engine;
  if (domain_.name == "sensors") limit_by(shared_, options);
  // A server that runs ends in an order of its own.
  options.is_cancelled = [this] {
    ++batches_;
    return shared_.is_starting() && shared_.request.cancel.is_cancelled();
  };
  options.synced = [this] { ++journal_syncs_; };
  options.applied = [this](const store::Applied& applied) {
    stored_ += applied.stored;
    shared_.events.publish(domain_.name, applied, std::chrono::steady_clock::now());
  };
  options.owned_by_other = {};
  options.log = shared_.log;
  options.export_directory = export_folder(path_);
  return options;
}

store::ServiceOptions ServedDatabase::service_options() {
  store::ServiceOptions options;
  options.heavy_max = shared_.profile.heavy_max;
  options.giving_back = shared_.profile.giving_back;
  options.backlog_bytes = shared_.profile.backlog_bytes;
  if (domain_.name == "sensors") {
    const auto rest = shared_.request.arguments.number("sensors-flush");
    if (rest) options.upkeep = std::max(Seconds{*rest}, kShortestRest);
  }
  if (shared_.request.caller.watchdog > Seconds{0}) {
    options.upkeep = std::min(options.upkeep, shared_.request.caller.watchdog / 4);
  }
  if (domain_.name == "history") {
    options.has_news = [this](store::Store& store) {
      cli::keep_predictions(store, path_, shared_.request);
    };
  }
  options.broken = shared_.broken;
  return options;
}

Questions ServedDatabase::questions() {
  return {.service = service_,
          .database = path_,
          .domain = domain_,
          .clock = shared_.request.clock,
          .random = shared_.request.random,
          .answers = answers_,
          .failed = shared_.failed};
}

bool ServedDatabase::takes_records() {
  std::error_code failure;
  const auto space = std::filesystem::space(path_.parent_path(), failure);
  return !failure && service_.state().is_journal_writable &&
         space.available >= static_cast<std::uintmax_t>(shared_.request.opening.floor_bytes);
}

std::uint64_t ServedDatabase::progress() {
  const store::Service::State state = service_.state();
  if (state.is_administered) ++batches_;
  return state.turns + batches_;
}

}  // namespace shelduck::server
