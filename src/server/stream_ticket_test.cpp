#include "shelduck/server/stream_ticket.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

class StreamTicketTest : public testing::Test {
 protected:
  StreamTickets::Moment now_{std::chrono::hours{1}};
  StreamTickets tickets_{system_random(), [this] { return now_; }};
};

TEST_F(StreamTicketTest, IsGoodOnce) {
  const std::string ticket = tickets_.issue();
  EXPECT_NE(ticket, tickets_.issue());
  EXPECT_FALSE(tickets_.redeem(ticket + "x"));
  EXPECT_TRUE(tickets_.redeem(ticket));
  EXPECT_FALSE(tickets_.redeem(ticket));
}

TEST_F(StreamTicketTest, IsGoodForAMinute) {
  const std::string soon = tickets_.issue();
  const std::string late = tickets_.issue();
  now_ += std::chrono::seconds{59};
  EXPECT_TRUE(tickets_.redeem(soon));
  now_ += std::chrono::seconds{1};
  EXPECT_FALSE(tickets_.redeem(late));
}

TEST_F(StreamTicketTest, ThoseThatNobodyUsesAreBounded) {
  for (std::size_t i = 0; i < StreamTickets::kTicketsMax; ++i) (void)tickets_.issue();
  EXPECT_THROW((void)tickets_.issue(), Error);
  now_ += std::chrono::minutes{1};
  EXPECT_NO_THROW((void)tickets_.issue());
}

}  // namespace
}  // namespace shelduck::server
