#include "shelduck/delegation/caller.hpp"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {
namespace {

class CallerTest : public testing::Test {
 protected:
  CallerTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    channel_.emplace(ends[0]);
    server_.emplace(ends[1]);
  }

  // What a server says once it has heard the order.
  template <class Say>
  Outcome answered_by(Say say) {
    std::thread serving{[&] {
      (void)server_->receive();
      server_->send({FrameType::hello, encode_number(protocol_) + "9.9"});
      if (protocol_ == kProtocol) (void)server_->receive();
      say(*server_);
      server_->shut();
    }};
    Outcome outcome;
    std::optional<Error> error;
    try {
      outcome = delegate(*channel_, {.words = {"calibration"}}, streams());
    } catch (const Error& failure) {
      error = failure;
    }
    serving.join();
    if (error) throw Error{*error};
    return outcome;
  }

  Streams streams() {
    return {.out = [this](std::string_view text) { out_ += text; },
            .err = [this](std::string_view text) { err_ += text; },
            .impatience = impatience_};
  }

  std::optional<Channel> channel_;
  std::optional<Channel> server_;
  std::uint32_t protocol_ = kProtocol;
  int impatience_ = -1;
  std::string out_;
  std::string err_;
};

TEST_F(CallerTest, WritesWhatTheServerSaysAndGivesCreditBack) {
  std::uint32_t credit = 0;
  const auto code = answered_by([&](Channel& server) {
    server.send({FrameType::err, "note\n"});
    server.send({FrameType::out, "rows\n"});
    for (int i = 0; i < 2; ++i) credit += decode_number(server.receive()->payload);
    server.send({FrameType::exit, encode_number(5)});
  });
  EXPECT_EQ(code.exit_code, 5);
  EXPECT_EQ(out_, "rows\n");
  EXPECT_EQ(err_, "note\n");
  EXPECT_EQ(credit, 10U);
}

TEST_F(CallerTest, AServerThatGoesAwayWithoutAWordMayBeAskedAgain) {
  const Outcome outcome = answered_by([](Channel&) {});
  EXPECT_FALSE(outcome.exit_code);
  EXPECT_TRUE(outcome.is_ordered);
}

TEST_F(CallerTest, WhatWasNotBegunMayBeOrderedAgain) {
  const Outcome outcome =
      answered_by([](Channel& server) { server.send({FrameType::busy, "too many"}); });
  EXPECT_FALSE(outcome.exit_code);
  EXPECT_FALSE(outcome.is_ordered);
  EXPECT_EQ(outcome.refusal, "too many");
}

TEST_F(CallerTest, AnAnswerThatBreaksOffIsAnError) {
  try {
    (void)answered_by([](Channel& server) { server.send({FrameType::out, "half"}); });
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::io);
    EXPECT_NE(std::string(error.what()).find("output incomplete"), std::string::npos);
  }
}

TEST_F(CallerTest, AnotherProtocolIsRefusedWithBothVersions) {
  protocol_ = kProtocol + 1;
  try {
    (void)answered_by([](Channel&) {});
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::busy);
    EXPECT_NE(std::string(error.what()).find("9.9"), std::string::npos);
  }
}

TEST_F(CallerTest, ImpatienceCancelsOnceAndTheServerHasTheLastWord) {
  impatience_ = ::eventfd(0, EFD_CLOEXEC);
  const auto code = answered_by([&](Channel& server) {
    ::eventfd_write(impatience_, 1);
    EXPECT_EQ(server.receive()->type, FrameType::cancel);
    server.send({FrameType::exit, encode_number(130)});
  });
  EXPECT_EQ(code.exit_code, 130);
  ::close(impatience_);
}

TEST_F(CallerTest, ImpatienceBeforeTheOrderIsTheEnd) {
  impatience_ = ::eventfd(1, EFD_CLOEXEC);
  EXPECT_EQ(delegate(*channel_, {.words = {"calibration"}}, streams()).exit_code, 130);
  ::close(impatience_);
}

TEST_F(CallerTest, AServerThatDoesNotGreetIsLeft) {
  Streams impatient = streams();
  impatient.patience = Seconds{0.01};
  const Outcome outcome = delegate(*channel_, {.words = {"calibration"}}, impatient);
  EXPECT_FALSE(outcome.exit_code);
  EXPECT_FALSE(outcome.is_ordered);
}

}  // namespace
}  // namespace shelduck::delegation
