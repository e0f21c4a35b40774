#include "shelduck/server/serving.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/owner_note.hpp"
#include "shelduck/server/export_route.hpp"
#include "shelduck/server/operation_routes.hpp"
#include "shelduck/server/predict_route.hpp"
#include "shelduck/server/serve_arguments.hpp"
#include "shelduck/server/stream_routes.hpp"
#include "shelduck/server/watchdog.hpp"

namespace shelduck::server {
namespace {

// A service manager gives ten seconds: half for what was begun, the rest to close.
constexpr Seconds kEndingTime{5};
constexpr Seconds kInterruptTime{0.5};
constexpr mode_t kReadByGroup = 0640;
constexpr long kPauseNanoseconds = 100'000'000;
// For the database, the journal and the callers on the Unix socket.
constexpr std::size_t kOwnDescriptors = 256;
constexpr std::size_t kFewConnections = 64;

// Each client is a descriptor; what the process needs for itself is kept back.
std::size_t connections_possible() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return kFewConnections;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return kFewConnections;
  }
  return limit.rlim_cur > kOwnDescriptors + kFewConnections
             ? static_cast<std::size_t>(limit.rlim_cur) - kOwnDescriptors
             : kFewConnections;
}

std::vector<std::string> domains_of(const std::vector<NamedDatabase>& databases) {
  std::vector<std::string> domains;
  for (const NamedDatabase& database : databases) domains.push_back(database.domain);
  return domains;
}

std::list<ServedDatabase> opened(const std::vector<NamedDatabase>& databases,
                                 const ServingShared& shared) {
  std::list<ServedDatabase> opened;
  for (const NamedDatabase& database : databases) opened.emplace_back(database, shared);
  return opened;
}

std::vector<std::uint64_t> progress_of(std::list<ServedDatabase>& databases) {
  std::vector<std::uint64_t> progress;
  for (ServedDatabase& database : databases) progress.push_back(database.progress());
  return progress;
}

}  // namespace

Serving::Serving(const cli::Request& request)
    : request_(request),
      profile_(profile_named(request.arguments.value("profile").value())),
      listen_(parse_listen_address(request.arguments.value("listen").value())),
      log_({.format = request.arguments.value("log-format") == "json" ? LogFormat::json
                                                                      : LogFormat::logfmt,
            .clock = request.clock,
            .write = [this](std::string_view line) { lines_.push(line); }}),
      lines_(STDERR_FILENO,
             {.left_out = [this](std::size_t count) { return log_.left_out(count); }}),
      notifier_(request.caller.notify_socket),
      group_(group_of(request)),
      named_(named_databases(request)),
      retained_(retained(request, named_)),
      socket_(socket_path(socket_folder(request), named_.front().path)),
      events_(domains_of(named_), profile_.streams),
      tickets_(request.random),
      event_clock_(events_),
      shared_(shared()),
      databases_(opened(named_, shared_)),
      desk_({.socket = socket_, .questions = questions(), .log = sink(), .group = group_}),
      server_(routes(), server_options()) {
  is_running_ = true;
  if (group_) open_to_group();
}

LogSink Serving::sink() { return request_.arguments.flag("quiet") ? silent() : log_.sink(); }

ServingShared Serving::shared() {
  return {.request = request_,
          .log = sink(),
          .events = events_,
          .profile = profile_,
          .is_starting = [this] { return !is_running_; },
          .broken =
              [this](const Error& error) {
                const std::scoped_lock lock{mutex_};
                failure_ = error;
                request_.cancel.cancel();
              },
          .failed = failed()};
}

void Serving::open_to_group() {
  group_->open_way_to(socket_);
  for (const ServedDatabase& database : databases_) {
    close_belongings(database.path());
    const std::string lock = journal::lock_path(database.path().string());
    group_->open_way_to(lock);
    group_->give(lock, kReadByGroup);
  }
}

http::ServerOptions Serving::server_options() {
  http::Limits limits = profile_.http;
  limits.connections = std::min(limits.connections, connections_possible());
  return {.address = listen_.address,
          .port = listen_.port,
          .said_by = who_said_address(request_.arguments),
          .neighbours = {.hosts = option_texts(request_, "host"),
                         .origins = option_texts(request_, "origin")},
          .tokens = tokens_of(request_),
          .limits = limits,
          .clock = request_.clock,
          .random = request_.random,
          .served =
              [this](const http::Served& served) {
                metrics_.count(served);
                log_.served(served);
              },
          .failed = failed()};
}

std::function<void(std::string_view, std::string_view)> Serving::failed() {
  return [this](std::string_view id, std::string_view reason) { log_.failed(id, reason); };
}

std::vector<http::Route> Serving::routes() {
  std::vector<ServedDatabase*> databases;
  std::vector<std::string> event_types;
  for (ServedDatabase& database : databases_) {
    databases.push_back(&database);
    const std::vector<std::string>& types = database.domain().event_types;
    event_types.insert(event_types.end(), types.begin(), types.end());
  }
  std::vector<http::Route> routes =
      operation_routes({databases, metrics_, [this] { return counted(); }});
  for (ServedDatabase& database : databases_) {
    if (database.domain().name == "history") add_history_routes(routes, database);
    if (database.domain().name == "sensors") add_sensor_routes(routes, database);
  }
  for (http::Route& route : stream_routes({events_, tickets_, std::move(event_types)})) {
    routes.push_back(std::move(route));
  }
  add_documentation(routes);
  return routes;
}

void Serving::add_history_routes(std::vector<http::Route>& routes, ServedDatabase& history) {
  for (http::Route& route : history_routes(history.questions())) {
    routes.push_back(std::move(route));
  }
  for (http::Route& route : record_routes(recordings(history))) routes.push_back(std::move(route));
  routes.push_back(predict_route(recordings(history)));
}

void Serving::add_sensor_routes(std::vector<http::Route>& routes, ServedDatabase& sensors) {
  if (retained_) {
    retention_.emplace(
        Retention::Site{.service = sensors.service(),
                        .clock = request_.clock,
                        .log = [this](std::string_view text) { log_.event("retention", text); }},
        *retained_);
  }
  for (http::Route& route : sensor_routes(sensors.questions())) routes.push_back(std::move(route));
  routes.push_back(export_route(sensors.questions()));
  for (http::Route& route : intake_routes({.service = sensors.service(),
                                           .clock = request_.clock,
                                           .counts = readings_,
                                           .nodes_max = profile_.nodes_max,
                                           .mappings = mappings_of(request_),
                                           .failed = failed()})) {
    routes.push_back(std::move(route));
  }
}

Recordings Serving::recordings(ServedDatabase& database) {
  const std::string& host = request_.caller.hostname;
  return {.service = database.service(),
          .hostname = host.empty() ? "localhost" : host,
          .clock = request_.clock,
          .random = request_.random,
          .failed = failed()};
}

std::vector<Questions> Serving::questions() {
  std::vector<Questions> questions;
  for (ServedDatabase& database : databases_) questions.push_back(database.questions());
  return questions;
}

std::optional<Error> Serving::failure() const {
  const std::scoped_lock lock{mutex_};
  return failure_;
}

void Serving::read_tokens_again() {
  try {
    std::optional<http::TokenTable> tokens = tokens_of(request_);
    if (!tokens) return;
    server_.replace_tokens(std::move(*tokens));
    log_.event("tokens", "read again");
  } catch (const Error& error) {
    log_.event("tokens", std::string("the old ones stay: ") + error.what());
  }
}

std::vector<MetricFamily> Serving::counted() const {
  const bool has_sensors =
      std::ranges::find(named_, "sensors", &NamedDatabase::domain) != named_.end();
  if (!has_sensors) return {};
  std::vector<MetricFamily> families{readings_.family()};
  MetricFamily stored{.name = "shelduck_readings_stored_total",
                      .help = "Readings stored since the start, whichever way they came",
                      .type = MetricType::counter,
                      .values = {}};
  for (const ServedDatabase& database : databases_) {
    if (database.domain().name != "sensors") continue;
    stored.values.emplace_back(database.domain().name, static_cast<double>(database.stored()));
  }
  families.push_back(std::move(stored));
  if (retention_) families.push_back(retention_->family());
  return families;
}

void Serving::announce(const std::string& socket) {
  for (ServedDatabase& database : databases_) database.service().announce(socket);
}

// SIGHUP is blocked in every thread; it waits here until it is taken.
void Serving::wait_for_the_end() {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  const timespec pause{.tv_sec = 0, .tv_nsec = kPauseNanoseconds};
  Watchdog watchdog{notifier_, request_.caller.watchdog};
  while (!request_.cancel.is_cancelled()) {
    const auto now = std::chrono::steady_clock::now();
    watchdog.look(progress_of(databases_), now);
    log_.look();
    if (retention_) retention_->look(now);
    if (sigtimedwait(&hangup, nullptr, &pause) == SIGHUP) read_tokens_again();
  }
}

void Serving::run() {
  std::error_code ignored;
  for (const ServedDatabase& database : databases_) {
    // Of a server that was killed.
    std::filesystem::remove_all(export_folder(database.path()), ignored);
  }
  announce(socket_.string());
  server_.start();
  log_.event("listening", url_of({.address = listen_.address, .port = server_.port()}));
  notifier_.say("READY=1");
  wait_for_the_end();
  notifier_.say("STOPPING=1");
  log_.event("stopping", "what was begun is ended");
  const auto begin = std::chrono::steady_clock::now();
  desk_.stop_accepting();
  announce("");
  event_clock_.stop();
  events_.close();
  server_.stop(kEndingTime);
  desk_.let_go(kEndingTime - (std::chrono::steady_clock::now() - begin));
  bool is_closed = true;
  for (ServedDatabase& database : databases_) {
    is_closed = database.service().stop(kInterruptTime) && is_closed;
  }
  desk_.stop();
  log_.finish();
  log_.event("stopped", "everything acknowledged is on the disk");
  if (!is_closed) leave();
}

// Nobody can end an opening that hangs, in the engine or in the disk, but the end of the process.
void Serving::leave() {
  const Error reason = failure().value_or(
      Error{ErrorKind::fatal, "a database is still being opened again, and was left at that"});
  log_.event("left", reason.what());
  lines_.finish();
  _exit(exit_code(reason.kind()));
}

}  // namespace shelduck::server
