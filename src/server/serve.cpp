#include "shelduck/server/serve.hpp"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <optional>

#include "shelduck/cli/session.hpp"
#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/http/server.hpp"
#include "shelduck/journal/file_system.hpp"
#include "shelduck/journal/owner_note.hpp"
#include "shelduck/server/command_desk.hpp"
#include "shelduck/server/command_token.hpp"
#include "shelduck/server/listen_address.hpp"
#include "shelduck/server/log_queue.hpp"
#include "shelduck/server/notify.hpp"
#include "shelduck/server/operation_routes.hpp"
#include "shelduck/server/predict_route.hpp"
#include "shelduck/server/question_routes.hpp"
#include "shelduck/server/record_routes.hpp"
#include "shelduck/server/request_log.hpp"
#include "shelduck/server/socket_group.hpp"
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

std::size_t connections_possible();

std::vector<std::string> texts_of(const cli::Request& request, std::string_view option) {
  const auto found = request.arguments.options.find(option);
  return found == request.arguments.options.end() ? std::vector<std::string>{}
                                                  : found->second.texts;
}

std::optional<http::TokenTable> tokens_of(const cli::Request& request) {
  const auto file = request.paths.find("token-file");
  if (file == request.paths.end()) return std::nullopt;
  return read_token_file(file->second.front());
}

std::filesystem::path canonical(const cli::Request& request) {
  return journal::canonical_path(request.database.string());
}

// What callers export as several files is made there, and copied to where they want it.
std::filesystem::path export_folder(const cli::Request& request) {
  return canonical(request).string() + ".export";
}

std::optional<SocketGroup> group_of(const cli::Request& request) {
  const auto name = request.arguments.value("socket-group");
  return name ? std::optional{SocketGroup::named(*name)} : std::nullopt;
}

// What stands beside the database is not for the group that may pass by it.
void close_belongings(const std::filesystem::path& database) {
  ::umask(S_IRWXG | S_IRWXO);
  for (const auto& entry : std::filesystem::directory_iterator{database.parent_path()}) {
    const bool is_own =
        entry.path() == database || entry.path().string().starts_with(database.string() + ".");
    if (!is_own) continue;
    if (entry.is_symlink() || !(entry.is_regular_file() || entry.is_directory())) continue;
    std::filesystem::permissions(
        entry.path(), std::filesystem::perms::group_all | std::filesystem::perms::others_all,
        std::filesystem::perm_options::remove);
  }
}

// Others may not enter the folders of one user.
std::filesystem::path socket_folder(const cli::Request& request) {
  return group_of(request) ? request.caller.service_folder : request.caller.runtime_folder;
}

// Everything of one server, in the order in which it is made.
class Serving {
 public:
  explicit Serving(const cli::Request& request);

  void run();
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  [[nodiscard]] LogSink sink();
  [[nodiscard]] store::OpenOptions open_options();
  [[nodiscard]] store::ServiceOptions service_options();
  [[nodiscard]] http::ServerOptions server_options();
  [[nodiscard]] Questions questions();
  [[nodiscard]] Recordings recordings();
  [[nodiscard]] std::vector<http::Route> routes();
  [[nodiscard]] std::function<void(std::string_view id, std::string_view reason)> failed();
  [[nodiscard]] bool has_space() const;
  void wait_for_the_end();
  [[nodiscard]] std::uint64_t progress();
  void read_tokens_again();

  const cli::Request& request_;
  const ListenAddress listen_;
  RequestLog log_;
  LogQueue lines_;  // of log_, which says what was left out
  const Notifier notifier_;
  std::atomic<bool> is_running_{false};
  std::atomic<std::uint64_t> batches_{0};  // of the journal, applied or about to be
  Metrics metrics_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // guarded by mutex_
  const std::optional<SocketGroup> group_;
  const std::filesystem::path socket_;
  AnswerCache answers_;
  EventDesk events_;
  StreamTickets tickets_;
  EventClock event_clock_;
  store::Service service_;
  CommandDesk desk_;
  http::Server server_;
};

Serving::Serving(const cli::Request& request)
    : request_(request),
      listen_(parse_listen_address(request.arguments.value("listen").value())),
      log_({.format = request.arguments.value("log-format") == "json" ? LogFormat::json
                                                                      : LogFormat::logfmt,
            .clock = request.clock,
            .write = [this](std::string_view line) { lines_.push(line); }}),
      lines_(STDERR_FILENO,
             {.left_out = [this](std::size_t count) { return log_.left_out(count); }}),
      notifier_(request.caller.notify_socket),
      group_(group_of(request)),
      socket_(socket_path(socket_folder(request), canonical(request))),
      events_({request.domain.name}, {}),
      tickets_(request.random),
      event_clock_(events_),
      service_(canonical(request), request.domain, open_options(), service_options()),
      desk_({.socket = socket_,
             .questions = questions(),
             .log = sink(),
             .group = group_,
             .export_directory = export_folder(request)}),
      server_(routes(), server_options()) {
  is_running_ = true;
  if (!group_) return;
  close_belongings(canonical(request));
  const std::string lock = journal::lock_path(canonical(request).string());
  for (const std::filesystem::path& file : {std::filesystem::path{lock}, socket_}) {
    group_->open_way_to(file);
  }
  group_->give(lock, kReadByGroup);
}

LogSink Serving::sink() { return request_.arguments.flag("quiet") ? silent() : log_.sink(); }

store::OpenOptions Serving::open_options() {
  store::OpenOptions options = request_.opening;
  options.purpose = store::Purpose::write;
  // As in a short command: sums of several threads would end in other digits from time to time.
  // Questions run beside one another instead.
  options.threads = 1;
  // A signal ends the waiting for the database; a server that runs ends in an order of its own.
  options.is_cancelled = [this] {
    ++batches_;
    return !is_running_ && request_.cancel.is_cancelled();
  };
  options.applied = [this](const store::Applied& applied) {
    events_.publish(request_.domain.name, applied, std::chrono::steady_clock::now());
  };
  options.owned_by_other = {};
  options.log = sink();
  options.export_directory = export_folder(request_);
  return options;
}

store::ServiceOptions Serving::service_options() {
  store::ServiceOptions options;
  if (request_.caller.watchdog > Seconds{0}) {
    options.upkeep = std::min(options.upkeep, request_.caller.watchdog / 4);
  }
  options.has_news = [this](store::Store& store) { cli::keep_predictions(store, request_); };
  options.broken = [this](const Error& error) {
    const std::scoped_lock lock{mutex_};
    failure_ = error;
    request_.cancel.cancel();
  };
  return options;
}

http::ServerOptions Serving::server_options() {
  http::Limits limits;
  limits.connections = std::min(limits.connections, connections_possible());
  return {
      .address = listen_.address,
      .port = listen_.port,
      .neighbours = {.hosts = texts_of(request_, "host"), .origins = texts_of(request_, "origin")},
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
  std::vector<http::Route> routes = operation_routes(
      {.service = service_, .metrics = metrics_, .has_space = [this] { return has_space(); }});
  for (http::Route& route : history_routes(questions())) {
    routes.push_back(std::move(route));
  }
  for (http::Route& route : stream_routes({events_, tickets_, request_.domain.event_types})) {
    routes.push_back(std::move(route));
  }
  for (http::Route& route : record_routes(recordings())) routes.push_back(std::move(route));
  routes.push_back(predict_route(recordings()));
  add_documentation(routes);
  return routes;
}

Recordings Serving::recordings() {
  const std::string& host = request_.caller.hostname;
  return {.service = service_,
          .hostname = host.empty() ? "localhost" : host,
          .clock = request_.clock,
          .random = request_.random,
          .failed = failed()};
}

Questions Serving::questions() {
  return {.service = service_,
          .database = canonical(request_),
          .domain = request_.domain,
          .clock = request_.clock,
          .random = request_.random,
          .answers = answers_,
          .failed = failed()};
}

bool Serving::has_space() const {
  std::error_code failure;
  const auto space = std::filesystem::space(canonical(request_).parent_path(), failure);
  return !failure && space.available >= static_cast<std::uintmax_t>(request_.opening.floor_bytes);
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

// Changes while the applying thread moves. What somebody asked for (a backup, a deep check) may
// take as long as it takes: whoever asked sees that it does, and may interrupt it.
std::uint64_t Serving::progress() {
  const store::Service::State state = service_.state();
  if (state.is_administered) ++batches_;
  return state.turns + batches_;
}

// SIGHUP is blocked in every thread; it waits here until it is taken.
void Serving::wait_for_the_end() {
  sigset_t hangup;
  sigemptyset(&hangup);
  sigaddset(&hangup, SIGHUP);
  const timespec pause{.tv_sec = 0, .tv_nsec = kPauseNanoseconds};
  Watchdog watchdog{notifier_, request_.caller.watchdog};
  while (!request_.cancel.is_cancelled()) {
    watchdog.look(progress(), std::chrono::steady_clock::now());
    if (sigtimedwait(&hangup, nullptr, &pause) == SIGHUP) read_tokens_again();
  }
}

void Serving::run() {
  std::error_code ignored;
  std::filesystem::remove_all(export_folder(request_), ignored);  // of a server that was killed
  service_.announce(socket_.string());
  server_.start();
  log_.event("listening", url_of({.address = listen_.address, .port = server_.port()}));
  notifier_.say("READY=1");
  wait_for_the_end();
  notifier_.say("STOPPING=1");
  log_.event("stopping", "what was begun is ended");
  const auto begin = std::chrono::steady_clock::now();
  desk_.stop_accepting();
  service_.announce("");
  event_clock_.stop();
  events_.close();
  server_.stop(kEndingTime);
  desk_.let_go(kEndingTime - (std::chrono::steady_clock::now() - begin));
  service_.stop(kInterruptTime);
  desk_.stop();
  log_.event("stopped", "everything acknowledged is on the disk");
}

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

cli::Answer serve(const cli::Request& request) {
  commands::make_private_folders(request.database.parent_path());
  Serving serving{request};
  serving.run();
  if (const auto failure = serving.failure()) throw Error{*failure};
  return {.shape = cli::Answer::Shape::written, .document = {}};
}

constexpr std::array kBindings{cli::Binding{"serve", &serve},
                               cli::Binding{"token add", &add_token}};

}  // namespace

std::span<const cli::Binding> bindings() { return kBindings; }

}  // namespace shelduck::server
