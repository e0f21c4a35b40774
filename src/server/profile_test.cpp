#include "shelduck/server/profile.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace shelduck::server {
namespace {

constexpr std::size_t kMega = 1UL << 20U;

TEST(ProfileTest, SmallTakesWhatWasPromised) {
  const Profile& small = profile_named("small");
  EXPECT_EQ(small.engine.memory_bytes, 48'000'000);
  EXPECT_EQ(small.engine.freed, store::Freed::given_back);
  EXPECT_EQ(small.heavy_max, 1);
  EXPECT_EQ(small.http.body_bytes, kMega);
  EXPECT_EQ(small.http.decoding.bytes, 4 * kMega);
  EXPECT_EQ(small.http.bodies_bytes, 8 * kMega);
  EXPECT_EQ(small.http.connections, 64U);
  EXPECT_EQ(small.nodes_max, 10'000);
}

TEST(ProfileTest, StandardIsTheDefaultOfEachRoom) {
  const Profile& standard = profile_named("standard");
  EXPECT_EQ(standard.engine.memory_bytes, store::EngineShare{}.memory_bytes);
  EXPECT_EQ(standard.heavy_max, store::ServiceOptions{}.heavy_max);
  EXPECT_EQ(standard.backlog_bytes, store::ServiceOptions{}.backlog_bytes);
  EXPECT_EQ(standard.giving_back, store::ServiceOptions{}.giving_back);
  EXPECT_EQ(standard.http.connections, http::Limits{}.connections);
  EXPECT_EQ(standard.nodes_max, 1'000'000);
}

TEST(ProfileTest, QuestionsAboutManyRowsAreHeavy) {
  std::vector<std::string> heavy;
  for (const commands::Command* command : commands::all_commands()) {
    if (weight_of(*command) == store::Service::Weight::heavy) heavy.emplace_back(command->path);
  }
  EXPECT_EQ(heavy, (std::vector<std::string>{"sensors readings", "sensors stats", "sensors hourly",
                                             "sensors daily", "sensors quality", "sensors forecast",
                                             "sensors export"}));
}

}  // namespace
}  // namespace shelduck::server
