// Serving is everything of one server, in the order in which it is made.
//
//   Serving serving{request};
//   serving.run();                        // until request.cancel, or failure()
//
// Threads: run() is the main thread's, failure() anybody's. Failure: the constructor throws as
//          Store::open and what serve_arguments.hpp says.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/request.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/http/server.hpp"
#include "shelduck/server/command_desk.hpp"
#include "shelduck/server/event_stream.hpp"
#include "shelduck/server/intake_routes.hpp"
#include "shelduck/server/listen_address.hpp"
#include "shelduck/server/log_queue.hpp"
#include "shelduck/server/metrics.hpp"
#include "shelduck/server/notify.hpp"
#include "shelduck/server/profile.hpp"
#include "shelduck/server/question_routes.hpp"
#include "shelduck/server/record_routes.hpp"
#include "shelduck/server/request_log.hpp"
#include "shelduck/server/retention.hpp"
#include "shelduck/server/served_database.hpp"
#include "shelduck/server/socket_group.hpp"
#include "shelduck/server/stream_ticket.hpp"

namespace shelduck::server {

class Serving {
 public:
  explicit Serving(const cli::Request& request);

  void run();
  [[nodiscard]] std::optional<Error> failure() const;

 private:
  [[nodiscard]] LogSink sink();
  [[nodiscard]] ServingShared shared();
  [[nodiscard]] std::vector<MetricFamily> counted() const;
  [[nodiscard]] http::ServerOptions server_options();
  [[nodiscard]] std::vector<Questions> questions();
  [[nodiscard]] Recordings recordings(ServedDatabase& database);
  void add_history_routes(std::vector<http::Route>& routes, ServedDatabase& history);
  void add_sensor_routes(std::vector<http::Route>& routes, ServedDatabase& sensors);
  [[nodiscard]] std::vector<http::Route> routes();
  [[nodiscard]] std::function<void(std::string_view id, std::string_view reason)> failed();
  void open_to_group();
  void announce(const std::string& socket);
  void wait_for_the_end();
  [[noreturn]] void leave();
  void read_tokens_again();

  const cli::Request& request_;
  const Profile& profile_;
  const ListenAddress listen_;
  RequestLog log_;
  LogQueue lines_;  // of log_, which says what was left out
  const Notifier notifier_;
  std::atomic<bool> is_running_{false};
  Metrics metrics_;
  mutable std::mutex mutex_;
  std::optional<Error> failure_;  // guarded by mutex_
  const std::optional<SocketGroup> group_;
  const std::vector<NamedDatabase> named_;
  const std::optional<Seconds> retained_;
  const std::filesystem::path socket_;
  EventDesk events_;
  StreamTickets tickets_;
  EventClock event_clock_;
  ReadingCounts readings_;
  const ServingShared shared_;
  std::optional<Retention> retention_;  // outlives the databases, whose threads do its work
  std::list<ServedDatabase> databases_;
  CommandDesk desk_;
  http::Server server_;
};

}  // namespace shelduck::server
