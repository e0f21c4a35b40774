#include "shelduck/server/question_routes.hpp"

#include <array>
#include <atomic>
#include <memory>

#include "shelduck/core/error.hpp"
#include "shelduck/http/problem.hpp"
#include "shelduck/server/command_query.hpp"

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

// A question on its way to a reader: what it asks, and whether somebody still waits for it.
struct Asked {
  commands::ParsedCommand arguments;
  cli::CancelToken cancel{};
  std::atomic<bool> is_begun{false};

  explicit Asked(commands::ParsedCommand parsed) : arguments(std::move(parsed)) {}
};

cli::Answer answer(const Questions& questions, cli::QuestionHandler handler, Asked& asked,
                   store::Connection& connection) {
  const cli::CancelToken::Hook hook{asked.cancel, [&] { connection.interrupt(); }};
  asked.cancel.check();
  cli::Progress progress;
  const cli::Request request{.arguments = asked.arguments,
                             .database = questions.database,
                             .domain = questions.domain,
                             .clock = questions.clock,
                             .random = questions.random,
                             .cancel = asked.cancel,
                             .progress = progress};
  cli::Inquiry inquiry{
      .connection = connection,
      .write = [&](std::span<const store::Record> records) { questions.service.append(records); }};
  return handler(request, inquiry);
}

http::Handler handler_of(const Questions& questions, const commands::Command& command) {
  const cli::Binding& binding = *cli::find_binding(command.path);
  const auto handler = std::get<cli::QuestionHandler>(binding.handler);
  return [questions, &command, handler](const http::Request& request,
                                        const http::Respond& respond) {
    const auto asked = std::make_shared<Asked>(parse_query(command, request));
    request.departure->on([asked, respond] {
      asked->cancel.cancel();
      if (asked->is_begun.exchange(true)) return;
      respond(http::problem_response(503, "nobody waits for this answer", ""));
    });
    questions.service.ask({.work =
                               [questions, handler, asked, respond](store::Connection& connection) {
                                 respond(http::json_response(
                                     answer(questions, handler, *asked, connection).document));
                               },
                           .failed =
                               [questions, respond, id = request.id](const Error& error) {
                                 if (http::is_private(error.kind()))
                                   questions.failed(id, error.what());
                                 respond(http::problem_response(error, id));
                               }});
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
          .handler = handler_of(questions, command)};
}

}  // namespace

std::vector<http::Route> history_routes(const Questions& questions) {
  std::vector<http::Route> routes;
  for (const QuestionRow& row : kHistoryRows) {
    routes.push_back(route_of(row, "history", questions));
  }
  return routes;
}

}  // namespace shelduck::server
