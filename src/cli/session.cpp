#include "shelduck/cli/session.hpp"

#include <filesystem>

#include "shelduck/core/error.hpp"
#include "shelduck/history/prediction_file.hpp"
#include "shelduck/interop/model_state_json.hpp"

namespace shelduck::cli {
namespace {

// After a question the program must still end within its figure; an admin command or an import has
// made the work itself.
constexpr Seconds kQuestionBudget{0.02};
// A question on years of history is too short for a second thread to be worth its start.
constexpr int kQuestionThreads = 1;
constexpr Seconds kWriteBudget{2};

bool is_question(const Request& request) {
  return request.arguments.command->command_class == commands::CommandClass::question;
}

Answer nothing_yet(const Binding& binding, const Request& request) {
  Answer answer = binding.without_history(request);
  const bool is_there = std::filesystem::exists(request.database);
  answer.notes.insert(answer.notes.begin(), "no " + request.domain.name +
                                                " yet: " + request.database.string() +
                                                (is_there ? " is empty" : " does not exist"));
  return answer;
}

void add_notes(Answer& answer, const store::ApplyReport& report) {
  answer.notes.insert(answer.notes.begin(), report.notes.begin(), report.notes.end());
  if (report.waiting > 0) {
    answer.notes.push_back(std::to_string(report.waiting) +
                           " records wait in the journal and are not in this answer");
  }
}

}  // namespace

Answer Session::answer() {
  request_.cancel.check();
  if (const auto* closed = std::get_if<ClosedHandler>(&binding_.handler)) {
    return (*closed)(request_);
  }
  try {
    store_.emplace(store::Store::open(request_.database, request_.domain, open_options()));
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found || binding_.without_history == nullptr) throw;
    return nothing_yet(binding_, request_);
  }
  return answer_open();
}

Answer Session::handle() {
  if (const auto* open = std::get_if<OpenHandler>(&binding_.handler)) {
    return (*open)(request_, *store_);
  }
  if (const auto* import = std::get_if<ImportHandler>(&binding_.handler)) {
    return import->run(request_, interop::target_of(*store_));
  }
  if (const auto* backup = std::get_if<BackupHandler>(&binding_.handler)) {
    return backup->run(request_,
                       [&](const store::BackupPlace&) { return backup->make(request_, *store_); });
  }
  Inquiry inquiry{
      .connection = store_->connection(),
      .write = [this](std::span<const store::Record> records) { store_->write(records); }};
  return std::get<QuestionHandler>(binding_.handler)(request_, inquiry);
}

Answer Session::answer_open() {
  const CancelToken::Hook hook{request_.cancel, [this] { store_->interrupt(); }};
  const store::ApplyReport report = store_->apply();
  has_news_ = report.applied > 0 || !is_question(request_);
  request_.cancel.check();
  Answer answer = handle();
  request_.cancel.check();
  add_notes(answer, report);
  return answer;
}

void keep_predictions(store::Store& store, const std::filesystem::path& database,
                      const Request& request) {
  try {
    const auto table =
        history::prediction_table(store.connection(), request.clock(), &interop::parse_model_state);
    history::replace_prediction_file(database.string(), table);
  } catch (const Error& error) {
    request.log(LogLevel::warning,
                std::string("the predictions for exec were not kept: ") + error.what());
  }
}

void Session::finish() {
  if (!store_) return;
  try {
    if (!request_.cancel.is_cancelled()) {
      if (has_news_ && request_.domain.name == "history") {
        keep_predictions(*store_, request_.database, request_);
      }
      const store::FinishReport report =
          store_->finish(is_question(request_) ? kQuestionBudget : kWriteBudget);
      for (const std::string& note : report.notes) request_.log(LogLevel::warning, note);
    }
    store_->close();
  } catch (const Error& error) {
    request_.log(LogLevel::warning, error.what());
  }
  store_.reset();
}

store::OpenOptions Session::open_options() const {
  store::OpenOptions options = request_.opening;
  const bool makes_files =
      request_.arguments.command->command_class == commands::CommandClass::record;
  if (is_question(request_)) options.threads = kQuestionThreads;
  options.purpose = makes_files ? store::Purpose::write : store::Purpose::question;
  return options;
}

}  // namespace shelduck::cli
