#include "shelduck/cli/session.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "shelduck/commands/parse.hpp"
#include "shelduck/commands/temporary_folder_for_test.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/history/domain.hpp"

namespace shelduck::cli {
namespace {

using commands::TemporaryFolder;

class SessionTest : public testing::Test {
 protected:
  Request request(const std::vector<std::string>& words) {
    return Request{.arguments = commands::parse(words),
                   .database = folder_.path() / "history.duckdb",
                   .domain = history::domain({.boot_id = "boot", .clock = system_clock()}),
                   .clock = system_clock(),
                   .random = system_random(),
                   .cancel = cancel_,
                   .progress = progress_};
  }

  void make_database() {
    const Request asked = request({"history", "runs"});
    store::OpenOptions options;
    options.purpose = store::Purpose::write;
    store::Store::open(asked.database, asked.domain, options).close();
  }

  TemporaryFolder folder_;
  CancelToken cancel_;
  Progress progress_;
};

// Cancels again and again, as the signal watch does: the first may come before the query runs.
Answer count_for_ever(const Request& request, store::Store& store) {
  const std::jthread impatient{[&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      request.cancel.cancel();
      std::this_thread::yield();
    }
  }};
  store.connection().execute("SELECT count(*) FROM range(1000000000000) AS r(i) WHERE i % 7 = 3");
  return {};
}

Answer answer_at_once(const Request&, store::Store&) {
  Answer answer;
  answer.document = Document::object();
  return answer;
}

Answer empty_answer(const Request&) {
  Answer answer;
  answer.document = Document::object();
  answer.document.set("runs", Document::array());
  return answer;
}

TEST_F(SessionTest, AnswersAQuestionWithoutHistoryAndMakesNoFile) {
  const Request asked = request({"history", "runs"});
  const Binding binding{"history runs", &answer_at_once, &empty_answer};
  Session session{binding, asked};
  const Answer answer = session.answer();
  session.finish();
  EXPECT_NE(answer.document.find("runs"), nullptr);
  ASSERT_EQ(answer.notes.size(), 1U);
  EXPECT_TRUE(answer.notes.front().starts_with("no history yet"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(SessionTest, SaysNotFoundWhereACommandCannotDoWithoutADatabase) {
  const Request asked = request({"db", "check"});
  const Binding binding{"db check", &answer_at_once};
  Session session{binding, asked};
  try {
    (void)session.answer();
    FAIL() << "answer() must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
  }
}

TEST_F(SessionTest, SaysThatAFileWithoutContentIsEmptyAndLeavesItSo) {
  const Request asked = request({"history", "runs"});
  std::ofstream{asked.database}.close();
  const Binding binding{"history runs", &answer_at_once, &empty_answer};
  const Answer answer = Session{binding, asked}.answer();
  ASSERT_EQ(answer.notes.size(), 1U);
  EXPECT_EQ(answer.notes.front(), "no history yet: " + asked.database.string() + " is empty");
  const Binding demanding{"db check", &answer_at_once};
  try {
    (void)Session{demanding, asked}.answer();
    FAIL() << "answer() must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::not_found);
    EXPECT_EQ(std::string_view{error.what()},
              "no history yet: " + asked.database.string() + " is empty");
  }
  EXPECT_EQ(std::filesystem::file_size(asked.database), 0U);
}

TEST_F(SessionTest, InterruptsTheQueryThatIsRunningWhenItIsCancelled) {
  make_database();
  const Request asked = request({"history", "runs"});
  const Binding binding{"history runs", &count_for_ever, &empty_answer};
  Session session{binding, asked};
  try {
    (void)session.answer();
    FAIL() << "answer() must throw";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::cancelled);
  }
}

TEST_F(SessionTest, LeavesTheDatabaseFreeAfterFinish) {
  make_database();
  const Request asked = request({"history", "runs"});
  const Binding binding{"history runs", &answer_at_once, &empty_answer};
  for (int round = 0; round < 2; ++round) {
    Session session{binding, asked};
    EXPECT_EQ(session.answer().exit_code, 0);
    session.finish();
  }
}

}  // namespace
}  // namespace shelduck::cli
