// Session runs one request from the opening of the store to its closing.
//
//   Session session{*find_binding("history stats"), request};
//   const Answer answer = session.answer();   // opens late, applies, asks
//   ... print ...
//   session.finish();                         // what can wait until the answer is out
//
// Threads: the one that made it, while request.cancel may be cancelled from any.
// Failure: answer() throws Error; cancelled also where the question was through but nobody waits
//          any more. finish() does not fail a command that has answered: problems are logged.
#pragma once

#include <optional>

#include "shelduck/cli/handlers.hpp"

namespace shelduck::cli {

class Session {
 public:
  Session(const Binding& binding, const Request& request) : binding_(binding), request_(request) {}

  [[nodiscard]] Answer answer();
  void finish();

 private:
  [[nodiscard]] Answer answer_open();
  [[nodiscard]] Answer handle();
  [[nodiscard]] store::OpenOptions open_options() const;
  const Binding& binding_;
  const Request& request_;
  std::optional<store::Store> store_;
  bool has_news_ = false;  // rows changed, so the predictions for exec are made again
};

// The file of predictions that `exec` reads beside the database of a history. A convenience: where
// it cannot be made, nothing else suffers.
void keep_predictions(store::Store& store, const std::filesystem::path& database,
                      const Request& request);

}  // namespace shelduck::cli
