#include "shelduck/server/export_route.hpp"

#include <atomic>
#include <optional>

#include "shelduck/cli/cancel.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/sensors/backends/parquet_pieces.hpp"
#include "shelduck/sensors/backends/reading_backends.hpp"
#include "shelduck/sensors/export_query.hpp"
#include "shelduck/server/command_query.hpp"
#include "shelduck/server/patient_feed.hpp"
#include "shelduck/server/profile.hpp"
#include "shelduck/server/public_failure.hpp"
#include "shelduck/server/served_database.hpp"

namespace shelduck::server {
namespace {

const commands::Command& command() { return *commands::find_command("sensors export"); }

// One that was asked for: until its last byte is taken, or its client is gone.
class Exporting {
 public:
  Exporting(const Questions& questions, const http::Request& request, http::Respond respond,
            std::shared_ptr<std::atomic<bool>> is_busy)
      : questions_(questions),
        respond_(std::move(respond)),
        request_id_(request.id),
        is_busy_(std::move(is_busy)) {
    const commands::ParsedCommand arguments = parse_query(command(), request);
    filter_ = {
        .node_address = arguments.address("node-address"),
        .range = {.start = arguments.moment("start-time"), .end = arguments.moment("end-time")}};
    is_parquet_ = arguments.value("format") == "parquet";
    if (is_busy_->exchange(true)) {
      is_busy_.reset();
      throw Error{ErrorKind::busy, "another export is under way; one is made at a time"};
    }
  }
  ~Exporting() { let_the_next_begin(); }
  Exporting(const Exporting&) = delete;
  Exporting& operator=(const Exporting&) = delete;

  void run(store::Connection& connection) {
    const cli::CancelToken::Hook hook{cancel_, [&] { connection.interrupt(); }};
    cancel_.check();
    is_parquet_ ? send_parquet(connection) : send_csv(connection);
    let_the_next_begin();  // whose client may be this one, as soon as it has the end
    out_.end();
  }

  void cancel() { cancel_.cancel(); }

  void fail(const Error& met) {
    if (has_begun_) return;  // the feed breaks off with this object
    const Error error = public_failure(met);
    if (http::is_private(error.kind())) questions_.failed(request_id_, error.what());
    respond_(http::problem_response(error, request_id_));
  }

 private:
  void let_the_next_begin() {
    if (is_busy_) *is_busy_ = false;
    is_busy_.reset();
  }

  void begin() {
    const auto now = std::chrono::floor<std::chrono::seconds>(questions_.clock());
    const std::string name = "sensor_data_" + std::to_string(now.time_since_epoch().count()) +
                             (is_parquet_ ? ".parquet" : ".csv");
    has_begun_ = true;
    respond_(
        {.content_type = is_parquet_ ? "application/vnd.apache.parquet" : "text/csv; charset=utf-8",
         .fields = {{"content-disposition", "attachment; filename=" + name}},
         .feed = out_.feed()});
  }

  template <class Pieces>
  void send(Pieces& pieces) {
    while (const auto piece = pieces.next()) {
      cancel_.check();
      if (!has_begun_) begin();
      out_.write(*piece);
    }
  }

  void send_csv(store::Connection& connection) {
    const auto readings = sensors::open_readings(connection);
    sensors::CsvExport csv{*readings, filter_};
    send(csv);
  }

  void send_parquet(store::Connection& connection) {
    sensors::ParquetPieces parquet{connection,
                                   export_folder(questions_.database) /
                                       to_string(new_uuid(questions_.clock(), questions_.random)),
                                   filter_};
    send(parquet);
  }

  const Questions& questions_;
  const http::Respond respond_;
  const std::string request_id_;
  std::shared_ptr<std::atomic<bool>> is_busy_;
  sensors::ReadingFilter filter_{};
  bool is_parquet_ = false;
  bool has_begun_ = false;
  cli::CancelToken cancel_;
  PatientFeed out_;
};

}  // namespace

http::Route export_route(const Questions& given) {
  const auto questions = std::make_shared<const Questions>(given);
  const auto is_busy = std::make_shared<std::atomic<bool>>(false);
  return {
      .method = http::Method::get,
      .path = "/api/sensor-data/export",
      .scope = http::Scope::read,
      .tag = "sensors",
      .summary = "All readings, as CSV or Parquet",
      .parameters = parameters_of(command(), "/api/sensor-data/export"),
      .content_type = "text/csv",
      .handler = [questions, is_busy](const http::Request& request, const http::Respond& respond) {
        const auto exporting = std::make_shared<Exporting>(*questions, request, respond, is_busy);
        request.departure->on([weak = std::weak_ptr{exporting}] {
          if (const auto gone = weak.lock()) gone->cancel();
        });
        questions->service.ask(
            {.work = [exporting](store::Connection& rows) { exporting->run(rows); },
             .failed = [exporting](const Error& error) { exporting->fail(error); },
             .weight = weight_of(command())});
      }};
}

}  // namespace shelduck::server
