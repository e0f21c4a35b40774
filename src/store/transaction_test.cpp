#include "shelduck/store/transaction.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "shelduck/store/statement.hpp"
#include "shelduck/store/testing/temporary.hpp"

namespace shelduck::store {
namespace {

using testing::error_of;
using testing::TemporaryDatabase;

constexpr std::string_view kNumbers = "CREATE TABLE numbers (n BIGINT PRIMARY KEY)";

TEST(Transaction, RollsBackWhenDestroyedWhileOpen) {
  TemporaryDatabase db{kNumbers};
  std::vector<std::string> lines;
  {
    Transaction transaction{db.connection,
                            [&](LogLevel, std::string_view line) { lines.emplace_back(line); }};
    transaction.execute("INSERT INTO numbers VALUES (?)", {1});
  }
  EXPECT_EQ(db.count("numbers"), 0);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("rolled back"), std::string::npos);
}

TEST(Transaction, OnlyCommitCommits) {
  TemporaryDatabase db{kNumbers};
  {
    Transaction transaction{db.connection};
    EXPECT_EQ(transaction.execute("INSERT INTO numbers VALUES (?), (?)", {1, 2}), 2);
    transaction.commit();
    EXPECT_EQ(transaction.state(), Transaction::State::committed);
  }
  EXPECT_EQ(db.count("numbers"), 2);
}

TEST(Transaction, CommitAfterAnErrorRollsBackAndSaysSo_Trap3) {
  TemporaryDatabase db{kNumbers};
  {
    Transaction transaction{db.connection};
    transaction.execute("INSERT INTO numbers VALUES (?)", {1});
    EXPECT_EQ(error_of([&] { transaction.execute("INSERT INTO numbers VALUES (?)", {1}); }).kind(),
              ErrorKind::conflict);
    EXPECT_EQ(transaction.state(), Transaction::State::failed);
    EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::bug);
  }
  EXPECT_EQ(db.count("numbers"), 0);
}

TEST(Transaction, AnErrorThatLeavesTheEngineTransactionOpenStillFailsIt) {
  TemporaryDatabase db{kNumbers};
  {
    Transaction transaction{db.connection};
    transaction.execute("INSERT INTO numbers VALUES (?)", {1});
    EXPECT_EQ(error_of([&] { transaction.query("SELECT nothing FROM nowhere"); }).kind(),
              ErrorKind::bug);
    EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::bug);
  }
  EXPECT_EQ(db.count("numbers"), 0);
}

TEST(Transaction, FailsThroughEveryObjectOfItsConnection) {
  TemporaryDatabase db{kNumbers};
  Statement insert{db.connection, "INSERT INTO numbers VALUES (?)"};
  {
    Transaction transaction{db.connection};
    insert.execute({1});
    EXPECT_EQ(error_of([&] { insert.execute({1}); }).kind(), ErrorKind::conflict);
    EXPECT_EQ(error_of([&] { (void)db.connection.query("SELECT 1"); }).kind(), ErrorKind::bug);
  }
  EXPECT_EQ(db.count("numbers"), 0);
  insert.execute({1});
  EXPECT_EQ(db.count("numbers"), 1);
}

TEST(Transaction, CanBeRolledBackOnPurpose) {
  TemporaryDatabase db{kNumbers};
  Transaction transaction{db.connection};
  transaction.execute("INSERT INTO numbers VALUES (?)", {1});
  transaction.rollback();
  EXPECT_EQ(db.count("numbers"), 0);
  EXPECT_EQ(error_of([&] { transaction.commit(); }).kind(), ErrorKind::bug);
}

TEST(Transaction, OneAtATimePerConnection) {
  TemporaryDatabase db{kNumbers};
  const Transaction first{db.connection};
  EXPECT_EQ(error_of([&] { const Transaction second{db.connection}; }).kind(), ErrorKind::bug);
}

// Whoever interrupts does not know which statement it meets: it may be BEGIN or ROLLBACK.
TEST(Transaction, AnInterruptAtAnyMomentLeavesNoTransactionBehind) {
  constexpr int kRounds = 1000;
  TemporaryDatabase db{kNumbers};
  std::atomic<int> begun{0};
  std::atomic<int> interrupted{0};
  std::thread interrupting{[&] {
    for (int round = 1; round <= kRounds; ++round) {
      while (begun < round) std::this_thread::yield();
      for (std::atomic<int> spent{0}; spent < round % 500 * 50;) ++spent;
      db.connection.interrupt();
      interrupted = round;
    }
  }};
  for (int round = 1; round <= kRounds; ++round) {
    begun = round;
    try {
      Transaction transaction{db.connection};
      (void)transaction.query("SELECT 1");
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::cancelled) << error.what();
    }
    while (interrupted < round) std::this_thread::yield();
    EXPECT_NO_THROW(Transaction{db.connection}.commit()) << "round " << round;
  }
  interrupting.join();
}

TEST(Transaction, TwoWritersOfOneRowConflict) {
  TemporaryDatabase db{kNumbers};
  db.connection.execute("INSERT INTO numbers VALUES (?)", {1});
  Connection other{db.database};
  Transaction first{db.connection};
  Transaction second{other};
  first.execute("UPDATE numbers SET n = ? WHERE n = ?", {2, 1});
  const Error error =
      error_of([&] { second.execute("UPDATE numbers SET n = ? WHERE n = ?", {3, 1}); });
  EXPECT_EQ(error.kind(), ErrorKind::conflict);
}

}  // namespace
}  // namespace shelduck::store
