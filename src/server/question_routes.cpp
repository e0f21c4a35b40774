#include "shelduck/server/question_routes.hpp"

#include <array>
#include <atomic>
#include <memory>
#include <optional>

#include "shelduck/cli/lifetime.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/http/coding.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/http/server.hpp"
#include "shelduck/server/command_query.hpp"
#include "shelduck/server/patient_feed.hpp"
#include "shelduck/server/profile.hpp"
#include "shelduck/server/public_failure.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::server {
namespace {

struct QuestionRow {
  std::string_view path;
  std::string_view command;
};

constexpr std::array kHistoryRows{
    QuestionRow{"/api/history/runs", "history runs"},
    QuestionRow{"/api/history/runs/{id}", "history show"},
    QuestionRow{"/api/history/stats", "history stats"},
    QuestionRow{"/api/history/daily", "history daily"},
    QuestionRow{"/api/history/trend", "history trend"},
    QuestionRow{"/api/history/series", "history series"},
    QuestionRow{"/api/history/accuracy", "history accuracy"},
    QuestionRow{"/api/history/remaining", "remaining"},
    QuestionRow{"/api/history/calibration", "calibration"},
};

// Paths of the program whose clients are served here too.
constexpr std::array kSensorRows{
    QuestionRow{"/api/sensor-data", "sensors list"},
    QuestionRow{"/api/nodes", "sensors nodes"},
    QuestionRow{"/api/nodes/{node}", "sensors nodes"},
    QuestionRow{"/api/nodes/{node}/sensor-data", "sensors readings"},
    QuestionRow{"/api/nodes/{node}/sensor-data/latest", "sensors latest"},
    QuestionRow{"/api/nodes/{node}/statistics", "sensors stats"},
    QuestionRow{"/api/nodes/{node}/statistics/hourly", "sensors hourly"},
    QuestionRow{"/api/nodes/{node}/statistics/daily", "sensors daily"},
    QuestionRow{"/api/nodes/{node}/quality", "sensors quality"},
    QuestionRow{"/api/nodes/{node}/forecast", "sensors forecast"},
    QuestionRow{"/api/quarantine", "sensors quarantine list"},
};

// A question on its way to a reader: what it asks, and who has taken it: the reader, or the
// departure of its client, which then answers in its place.
struct Asked {
  const commands::Command& command;
  http::Request request;
  std::string key;                                     // names the same question again
  std::optional<commands::ParsedCommand> arguments{};  // none: the same was asked before
  cli::CancelToken cancel{};
  std::atomic<bool> is_taken{false};

  Asked(const commands::Command& asked, const http::Request& from) : command(asked), request(from) {
    key = request.path + "?";
    for (const auto& [name, value] : request.query) {
      if (!is_credential(name)) key += name + "=" + value + "\n";
    }
  }

  [[nodiscard]] bool accepts_gzip() const {
    return http::accepts_gzip(request.field("accept-encoding").value_or(""));
  }
};

http::Response response_of(const std::shared_ptr<const KeptAnswer>& answer) {
  return {.fields = {{"etag", answer->tag}},
          .gzip_body = answer->gzip_body,
          .kept_body = {answer, &answer->body}};
}

http::Response response_of(cli::Answer answer) {
  if (answer.json.empty()) return http::json_response(answer.document);
  return {.body = std::move(answer.json)};
}

// An answer that its handler writes itself, because it is larger than what is held at once: it
// begins with the first piece, and breaks off where the handler fails behind that.
class WrittenAnswer {
 public:
  explicit WrittenAnswer(const http::Respond& respond) : respond_(respond) {}

  void write(std::string_view piece) {
    if (!out_) {
      out_.emplace();
      respond_({.feed = out_->feed()});
    }
    out_->write(piece);
  }
  void end() { out_.value().end(); }

 private:
  const http::Respond& respond_;
  std::optional<PatientFeed> out_;
};

// Asks the handler of the command. Its clock stands still, so that the answer and how long it stays
// the same are of one moment.
class Asking {
 public:
  Asking(const Questions& questions, Asked& asked, store::Connection& connection)
      : questions_(questions), asked_(asked), connection_(connection), now_(questions.clock()) {
    if (!asked.arguments) asked.arguments = parse_query(asked.command, asked.request);
  }

  void answer(cli::QuestionHandler handler, const http::Respond& respond) {
    const cli::CancelToken::Hook hook{asked_.cancel, [&] { connection_.interrupt(); }};
    asked_.cancel.check();
    cli::Request request{.arguments = *asked_.arguments,
                         .database = questions_.database,
                         .domain = questions_.domain,
                         .clock = [now = now_] { return now; },
                         .random = questions_.random,
                         .cancel = asked_.cancel,
                         .progress = progress_};
    request.terminal.format = commands::OutputFormat::json;
    WrittenAnswer written{respond};
    request.output = [&written](std::string_view piece) { written.write(piece); };
    cli::Inquiry inquiry{.connection = connection_,
                         .write = [&](std::span<const store::Record> records) {
                           questions_.service.append(records);
                         }};
    if (cli::is_lasting(asked_.command)) return respond(lasting(handler, request, inquiry));
    cli::Answer answer = handler(request, inquiry);
    if (answer.shape == cli::Answer::Shape::written) return written.end();
    respond(response_of(std::move(answer)));
  }

 private:
  http::Response lasting(cli::QuestionHandler handler, const cli::Request& request,
                         cli::Inquiry& inquiry) {
    // One state of the rows, so that the version is that of all that is read.
    store::Transaction snapshot{connection_, store::Transaction::Aim::reading};
    const store::Version version = store::read_version(connection_);
    const Instant same_until = cli::same_until(request, connection_);
    inquiry.snapshot = &snapshot;
    http::Response response = response_of(handler(request, inquiry));
    snapshot.rollback();
    return keep({.version = version,
                 .same_until = same_until,
                 .tag = entity_tag(asked_.key, version, same_until),
                 .body = std::move(response.body)});
  }

  http::Response keep(KeptAnswer answer) {
    if (answer.body.size() >= http::Limits{}.gzip_from && asked_.accepts_gzip()) {
      answer.gzip_body = std::make_shared<const std::string>(http::gzip(answer.body));
    }
    const auto kept = std::make_shared<const KeptAnswer>(std::move(answer));
    questions_.answers.keep(asked_.key, kept);
    return response_of(kept);
  }

  const Questions& questions_;
  Asked& asked_;
  store::Connection& connection_;
  const Instant now_;
  cli::Progress progress_;
};

// True where the answer is known, and was given.
bool answer_from(const Questions& questions, const Asked& asked, const http::Respond& respond,
                 const store::Version& version) {
  const auto answer = questions.answers.find(asked.key, version, questions.clock());
  if (!answer) return false;
  const bool is_coded = answer->gzip_body || answer->body.size() < http::Limits{}.gzip_from;
  if (!is_coded && asked.accepts_gzip()) return false;
  respond(response_of(answer));
  return true;
}

void ask(const std::shared_ptr<const Questions>& questions, cli::QuestionHandler handler,
         const std::shared_ptr<Asked>& asked, const http::Respond& respond) {
  store::Service::Question question{
      .work =
          [questions, handler, asked, respond](store::Connection& connection) {
            if (asked->is_taken.exchange(true)) return;
            Asking{*questions, *asked, connection}.answer(handler, respond);
          },
      .failed =
          [questions, respond, id = asked->request.id](const Error& met) {
            const Error error = public_failure(met);
            if (http::is_private(error.kind())) questions->failed(id, error.what());
            respond(http::problem_response(error, id));
          },
      .weight = weight_of(asked->command)};
  if (cli::is_lasting(asked->command)) {
    question.known = [questions, asked, respond](const store::Version& version) {
      return answer_from(*questions, *asked, respond, version);
    };
  }
  questions->service.ask(std::move(question));
}

http::Handler handler_of(const Questions& given, const commands::Command& command) {
  const cli::Binding& binding = *cli::find_binding(command.path);
  const auto handler = std::get<cli::QuestionHandler>(binding.handler);
  const auto questions = std::make_shared<const Questions>(given);
  return
      [questions, &command, handler](const http::Request& request, const http::Respond& respond) {
        const auto asked = std::make_shared<Asked>(command, request);
        if (!questions->answers.knows(asked->key)) asked->arguments = parse_query(command, request);
        request.departure->on([asked, respond] {
          asked->cancel.cancel();
          if (asked->is_taken.exchange(true)) return;
          respond(http::problem_response(503, "nobody waits for this answer", ""));
        });
        ask(questions, handler, asked, respond);
      };
}

http::Route route_of(const QuestionRow& row, std::string_view tag, const Questions& questions) {
  const commands::Command& command = *commands::find_command(row.command);
  return {.method = http::Method::get,
          .path = std::string(row.path),
          .scope = http::Scope::read,
          .tag = std::string(tag),
          .summary = std::string(command.summary),
          .parameters = parameters_of(command, row.path),
          .has_tag = cli::is_lasting(command),
          .handler = handler_of(questions, command)};
}

std::vector<http::Route> routes_of(std::span<const QuestionRow> rows, std::string_view tag,
                                   const Questions& questions) {
  std::vector<http::Route> routes;
  for (const QuestionRow& row : rows) routes.push_back(route_of(row, tag, questions));
  return routes;
}

}  // namespace

std::vector<http::Route> history_routes(const Questions& questions) {
  return routes_of(kHistoryRows, "history", questions);
}

std::vector<http::Route> sensor_routes(const Questions& questions) {
  return routes_of(kSensorRows, "sensors", questions);
}

}  // namespace shelduck::server
