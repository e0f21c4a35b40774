#include "shelduck/server/delegated_command.hpp"

#include <algorithm>
#include <chrono>

#include "shelduck/cli/domains.hpp"
#include "shelduck/cli/gathering.hpp"
#include "shelduck/cli/printer.hpp"
#include "shelduck/commands/said_by.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/server/profile.hpp"

namespace shelduck::server {
namespace {

using delegation::FrameType;

// Without a server a command applies what was recorded before it, however little it waits.
constexpr Seconds kShortestPatience{2};
// Its own records are applied first, however many they are; it waits with progress.
constexpr Seconds kImportPatience = std::chrono::hours{24};

Error refused_while_served(const commands::Command& command) {
  const std::string path{command.path};
  return Error{
      ErrorKind::busy,
      "'" + path + "' needs the database for itself, and a server owns it; nothing was done",
      {.field = "database",
       .rule = "no server owns it",
       .hint = "stop the server, run the command, and start the server again"}};
}

commands::ParsedCommand parse_words(const std::vector<std::string>& words) {
  commands::ParsedCommand parsed = commands::parse(words);
  if (parsed.request != commands::Request::run || parsed.command == nullptr) {
    throw Error{ErrorKind::invalid_input,
                "a server runs commands only",
                {.field = "order", .rule = "the words of one command"}};
  }
  return commands::resolve(
      std::move(parsed),
      {.environment = [](std::string_view) { return std::nullopt; }, .files = {}});
}

// Commands that work on a closed database; of an import only its questions are answered.
bool is_refused(const cli::Binding& binding, delegation::Purpose purpose) {
  const bool is_import = std::holds_alternative<cli::ImportHandler>(binding.handler);
  if (purpose == delegation::Purpose::outcome) return is_import;
  return std::holds_alternative<cli::ClosedHandler>(binding.handler) ||
         is_import != (purpose == delegation::Purpose::ask);
}

void check_order(const delegation::Order& order, const Questions& questions) {
  if (order.database != questions.database) {
    throw Error{ErrorKind::conflict,
                "this server owns another database",
                {.field = "--db", .value = order.database, .rule = questions.database.string()}};
  }
}

void require_taker(const delegation::Order& order) {
  if (order.files == delegation::Files::taken) return;
  throw Error{ErrorKind::invalid_input,
              "the answer has files, and its caller takes none",
              {.field = "order", .rule = "of a caller that takes files"}};
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

// As who opens the file is told.
void require_domain(const cli::Request& request) {
  const auto wanted = cli::domain_of_noun(*request.arguments.command);
  if (!wanted || *wanted == request.domain.name) return;
  throw Error{
      ErrorKind::invalid_input,
      request.database.string() + " is a database of '" + request.domain.name + "', not of '" +
          *wanted + "'; nothing was asked",
      {.field = "--db", .value = request.database.string(), .rule = "a database of " + *wanted}};
}

}  // namespace

DelegatedCommand::DelegatedCommand(std::shared_ptr<delegation::Channel> channel,
                                   const Questions& questions,
                                   std::filesystem::path export_directory, Outcomes& outcomes)
    : channel_(std::move(channel)),
      questions_(questions),
      export_directory_(std::move(export_directory)),
      outcomes_(outcomes),
      output_(*channel_),
      progress_({.forward =
                     [this](const cli::ProgressReport& report) {
                       output_.offer(FrameType::progress, encode(report));
                     },
                 .clock = questions.clock}) {}

void DelegatedCommand::begin(delegation::Order order) {
  order_ = std::move(order);
  try {
    check_order(order_, questions_);
    commands::ParsedCommand arguments = parse_words(order_.words);
    const cli::Binding* binding = cli::find_binding(arguments.command->path);
    if (binding == nullptr || is_refused(*binding, order_.purpose)) {
      throw refused_while_served(*arguments.command);
    }
    const bool changes = arguments.command->command_class == commands::CommandClass::admin &&
                         order_.purpose == delegation::Purpose::act;
    make_request(std::move(arguments));
    if (order_.purpose == delegation::Purpose::outcome) return tell_outcome();
    is_kept_ = changes && !order_.command_id.empty();
    if (is_kept_ && !outcomes_.begin(order_.command_id)) {
      is_kept_ = false;
      return tell_outcome();
    }
    hand_over(*binding);
  } catch (const Error& error) {
    fail(error);
  } catch (const std::exception& error) {
    fail(Error{ErrorKind::bug, std::string("unexpected: ") + error.what()});
  }
}

void DelegatedCommand::keep_outcome(int code, std::vector<delegation::Frame> said) {
  if (is_kept_) outcomes_.end(order_.command_id, {.exit_code = code, .said = std::move(said)});
}

void DelegatedCommand::tell_outcome() {
  const auto outcome =
      outcomes_.wait(order_.command_id, Seconds{request_->arguments.number("wait").value()});
  if (!outcome) {
    throw Error{ErrorKind::io,
                "outcome unknown: the server that was given the command is gone",
                {.hint = "`shelduck db check` says how the database is"}};
  }
  if (!outcome->exit_code) {
    throw Error{ErrorKind::busy,
                "the command is still at work, and its caller lost the connection",
                {.hint = "wait for it; it is not run twice"}};
  }
  for (const delegation::Frame& frame : outcome->said) output_.write(frame.type, frame.payload);
  exit(*outcome->exit_code);
}

void DelegatedCommand::make_request(commands::ParsedCommand arguments) {
  request_.emplace(cli::Request{.arguments = std::move(arguments),
                                .database = questions_.database,
                                .domain = questions_.domain,
                                .clock = questions_.clock,
                                .random = questions_.random,
                                .cancel = cancel_,
                                .progress = progress_});
  cli::Request& request = *request_;
  commands::require_wanted_backend(request.arguments, request.database,
                                   store::word_of(request.domain.backend));
  require_domain(request);
  request.paths = cli::paths_of(request.arguments);
  request.opening.export_directory = export_directory_;
  request.terminal = order_.terminal;
  request.caller.run_id = order_.run_id;
  request.intent =
      order_.purpose == delegation::Purpose::plan ? cli::Intent::plan : cli::Intent::act;
  if (request.paths.contains("plan")) request.input = order_.input;
  request.log = log();
  request.output = [this](std::string_view bytes) { output_.write(FrameType::out, bytes); };
  if (order_.files == delegation::Files::refused || !request.paths.contains("output")) return;
  exported_.emplace(export_directory_ / to_string(new_uuid(questions_.clock(), questions_.random)));
  request.folder = exported_->path;
}

void DelegatedCommand::hand_over(const cli::Binding& binding) {
  const Seconds patience =
      std::max(kShortestPatience, Seconds{request_->arguments.number("wait").value()});
  patience_end_ = std::chrono::steady_clock::now() +
                  std::chrono::duration_cast<std::chrono::steady_clock::duration>(patience);
  const auto self = shared_from_this();
  const auto failed = [self](const Error& error) { self->fail(error); };
  if (const auto* question = std::get_if<cli::QuestionHandler>(&binding.handler)) {
    questions_.service.ask(
        {.work = [self, handler = *question](
                     store::Connection& connection) { self->answer_question(handler, connection); },
         .failed = failed,
         .patience = patience,
         .weight = weight_of(*request_->arguments.command)});
    return;
  }
  if (const auto* import = std::get_if<cli::ImportHandler>(&binding.handler)) {
    questions_.service.ask(
        {.work = [self, handler = *import](
                     store::Connection& connection) { self->answer_import(handler, connection); },
         .failed = failed,
         .patience = kImportPatience,
         .asker = store::Service::Asker::import});
    return;
  }
  if (const auto* backup = std::get_if<cli::BackupHandler>(&binding.handler)) {
    if (order_.purpose == delegation::Purpose::act) require_taker(order_);
    questions_.service.administer(
        {.work = [self,
                  handler = *backup](store::Store& store) { self->answer_backup(handler, store); },
         .failed = failed,
         .patience = patience});
    return;
  }
  questions_.service.administer(
      {.work = [self, handler = std::get<cli::OpenHandler>(binding.handler)](
                   store::Store& store) { self->answer_administration(handler, store); },
       .failed = failed,
       .patience = patience});
}

void DelegatedCommand::answer_question(cli::QuestionHandler handler,
                                       store::Connection& connection) {
  if (is_begun_.exchange(true)) return;
  const cli::CancelToken::Hook hook{cancel_, [&] { connection.interrupt(); }};
  cancel_.check();
  if (request_->folder) std::filesystem::create_directories(*request_->folder);
  cli::Inquiry inquiry{.connection = connection,
                       .write = [this](std::span<const store::Record> records) {
                         questions_.service.append(records);
                       }};
  const cli::Answer answer = handler(*request_, inquiry);
  cancel_.check();
  if (request_->folder) send_files(*request_->folder);
  print(answer);
}

void DelegatedCommand::answer_import(const cli::ImportHandler& handler,
                                     store::Connection& connection) {
  if (is_begun_.exchange(true)) return;
  const cli::CancelToken::Hook hook{cancel_, [&] { connection.interrupt(); }};
  cancel_.check();
  output_.write(FrameType::out, handler.answer(connection, order_.input));
  exit(0);
}

void DelegatedCommand::answer_administration(cli::OpenHandler handler, store::Store& store) {
  if (is_begun_.exchange(true)) return;
  const cli::CancelToken::Hook hook{cancel_, [&] { store.interrupt(); }};
  cancel_.check();
  const store::ApplyReport report = store.apply();
  cli::Answer answer = handler(*request_, store);
  answer.notes.insert(answer.notes.begin(), report.notes.begin(), report.notes.end());
  keep_outcome(answer.exit_code, {{FrameType::err, remarks(answer, request_->arguments)},
                                  {FrameType::out, cli::printed(answer, request_->terminal)}});
  cancel_.check();
  print(answer);
}

LogSink DelegatedCommand::log() {
  if (request_->arguments.flag("quiet")) return silent();
  return [this](LogLevel level, std::string_view message) {
    if (level != LogLevel::warning && level != LogLevel::error) return;
    try {
      output_.write(FrameType::err, "shelduck: " + std::string(message) + "\n");
    } catch (const Error&) {
      give_up();
    }
  };
}

// The store is the next one's as soon as the files are on their way: the caller copies them.
void DelegatedCommand::answer_backup(const cli::BackupHandler& handler, store::Store& store) {
  if (is_begun_.exchange(true)) return;
  const cli::CancelToken::Hook hook{cancel_, [&] { store.interrupt(); }};
  cancel_.check();
  cli::Answer answer{.shape = cli::Answer::Shape::written};
  answer.notes = store.apply().notes;
  exported_.emplace(handler.make(*request_, store));
  keep_outcome(0, {{FrameType::err, remarks(answer, request_->arguments)}});
  cancel_.check();
  send_files(exported_->path);
  print(answer);
}

// Open, so that it does not matter who may reach what.
void DelegatedCommand::send_files(const std::filesystem::path& folder) {
  for (const std::filesystem::path& file : files_in(folder)) {
    try {
      channel_->send_file(file.filename().string(), delegation::OpenFile::to_read(file));
    } catch (const delegation::Gone&) {
      throw caller_is_gone();
    }
  }
}

void DelegatedCommand::print(const cli::Answer& answer) {
  output_.write(FrameType::err, remarks(answer, request_->arguments));
  output_.write(FrameType::out, cli::printed(answer, request_->terminal));
  exit(answer.exit_code);
}

std::string DelegatedCommand::text_of(const Error& met) const {
  const Error error =
      request_ ? commands::in_words_of_flags(met, *request_->arguments.command) : met;
  return order_.error_form == commands::ErrorForm::json
             ? to_json(commands::error_document(error)) + "\n"
             : commands::error_text(error);
}

// A server that stops says nothing, so that a question is asked again, of whoever owns the database
// then.
void DelegatedCommand::fail(const Error& error) {
  if (has_failed_.exchange(true)) return;
  if (error.kind() == ErrorKind::cancelled && !cancel_.is_cancelled()) {
    is_done_ = true;
    return channel_->shut();
  }
  if (may_be_ordered_again(error)) return refuse(error);
  keep_outcome(exit_code(error.kind()), {{FrameType::err, text_of(error)}});
  try {
    output_.write(FrameType::err, text_of(error));
  } catch (const Error&) {
    // Nobody is there to be told.
    give_up();
  }
  exit(exit_code(error.kind()));
}

// A command whose outcome is kept is known by its id: it is ordered once.
bool DelegatedCommand::may_be_ordered_again(const Error& error) const {
  return error.kind() == ErrorKind::busy && !is_begun_ && !is_kept_ &&
         std::chrono::steady_clock::now() < patience_end_;
}

void DelegatedCommand::refuse(const Error& error) {
  try {
    channel_->send({FrameType::busy, error.what()});
  } catch (const delegation::Gone&) {
    give_up();
  }
  is_done_ = true;
}

void DelegatedCommand::exit(int code) {
  exported_.reset();  // nothing of a command is left when its caller goes on
  try {
    channel_->send({FrameType::exit, delegation::encode_number(static_cast<std::uint32_t>(code))});
  } catch (const delegation::Gone&) {
    give_up();
  }
  is_done_ = true;
}

void DelegatedCommand::interrupt() {
  cancel_.cancel();
  if (is_begun_.exchange(true)) return;
  fail(Error{ErrorKind::cancelled, "interrupted; what was acknowledged before is kept"});
}

void DelegatedCommand::give_up() {
  output_.give_up();
  cancel_.cancel();
}

}  // namespace shelduck::server
