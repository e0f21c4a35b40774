// One command of a caller, from its order to its exit code. Shared by the thread that reads what
// the caller says and the thread that answers.
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/cli/handlers.hpp"
#include "shelduck/delegation/channel.hpp"
#include "shelduck/delegation/order.hpp"
#include "shelduck/server/credited_output.hpp"
#include "shelduck/server/outcomes.hpp"
#include "shelduck/server/question_routes.hpp"

namespace shelduck::server {

// Is gone with its object, whatever became of the export in it.
struct TemporaryFolder {
  explicit TemporaryFolder(std::filesystem::path place) : path(std::move(place)) {}
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path path;
};

class DelegatedCommand : public std::enable_shared_from_this<DelegatedCommand> {
 public:
  DelegatedCommand(std::shared_ptr<delegation::Channel> channel, const Questions& questions,
                   std::filesystem::path export_directory, Outcomes& outcomes);

  // Judges the order and hands it to the service; returns at once. EXIT is sent when it is done.
  void begin(delegation::Order order);

  void add_credit(std::size_t bytes) { output_.add_credit(bytes); }
  // Ends what runs and says so: Ctrl-C of a caller that waits for the end. To be repeated until
  // is_done(), because an interrupt between two queries meets nobody.
  void interrupt();
  // The same where nobody is there to be told.
  void give_up();
  [[nodiscard]] bool is_done() const noexcept { return is_done_; }

 private:
  // Of what this command has done, or of one that was ordered before.
  void keep_outcome(int code, std::vector<delegation::Frame> said);
  void tell_outcome();
  [[nodiscard]] std::string text_of(const Error& met) const;
  void make_request(commands::ParsedCommand arguments);
  void hand_over(const cli::Binding& binding);
  void answer_question(cli::QuestionHandler handler, store::Connection& connection);
  void answer_import(const cli::ImportHandler& handler, store::Connection& connection);
  void answer_administration(cli::OpenHandler handler, store::Store& store);
  void answer_backup(const cli::BackupHandler& handler, store::Store& store);
  void print(const cli::Answer& answer);
  [[nodiscard]] LogSink log();
  void send_files(const std::filesystem::path& folder);
  void fail(const Error& error);
  // Whether the caller may order it again: nothing was begun, and its patience is not over.
  [[nodiscard]] bool may_be_ordered_again(const Error& error) const;
  void refuse(const Error& error);
  void exit(int code);

  std::shared_ptr<delegation::Channel> channel_;
  Questions questions_;
  std::filesystem::path export_directory_;
  Outcomes& outcomes_;
  CreditedOutput output_;
  delegation::Order order_;
  cli::CancelToken cancel_;
  cli::Progress progress_;
  std::optional<TemporaryFolder> exported_;  // the files of the answer
  std::optional<cli::Request> request_;
  std::chrono::steady_clock::time_point patience_end_{};  // of what waits to be begun
  bool is_kept_ = false;                                  // its outcome
  std::atomic<bool> is_begun_{false};                     // its work, or its end without any
  std::atomic<bool> has_failed_{false};
  std::atomic<bool> is_done_{false};
};

}  // namespace shelduck::server
