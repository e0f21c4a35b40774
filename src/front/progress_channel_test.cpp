#include "shelduck/front/progress_channel.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace shelduck::front {
namespace {

class Events {
 public:
  explicit Events(ProgressChannel& channel) : channel_(channel) {}

  void send(const std::string& text) const {
    ASSERT_EQ(write(channel_.child_descriptors().kept, text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }

  std::vector<std::string> phases() {
    std::vector<std::string> seen;
    channel_.read([&](const ProgressEvent& event) { seen.push_back(event.phase); });
    return seen;
  }

 private:
  ProgressChannel& channel_;
};

using Phases = std::vector<std::string>;

TEST(ProgressChannel, JoinsLinesThatCameInPieces) {
  ProgressChannel channel{ProgressPlace::own_descriptor};
  Events events{channel};
  events.send(R"({"type":"phase_start",)");
  EXPECT_EQ(events.phases(), Phases{});
  events.send("\"phase\":\"a\"}\n{\"type\":\"phase_start\",\"phase\":\"b\"}\n");
  EXPECT_EQ(events.phases(), (Phases{"a", "b"}));
}

TEST(ProgressChannel, TakesAnUnfinishedLastLineAtTheEnd) {
  ProgressChannel channel{ProgressPlace::own_descriptor};
  Events events{channel};
  events.send(R"({"type":"phase_start","phase":"last"})");
  channel.close_child_end();
  EXPECT_EQ(events.phases(), Phases{"last"});
  EXPECT_EQ(channel.reading_end(), -1);
}

TEST(ProgressChannel, SkipsAnEndlessLineAndGoesOn) {
  ProgressChannel channel{ProgressPlace::own_descriptor};
  Events events{channel};
  for (int i = 0; i < 40; ++i) {
    events.send(std::string(4096, 'x'));
    EXPECT_EQ(events.phases(), Phases{});
  }
  events.send("\n{\"type\":\"phase_start\",\"phase\":\"after\"}\n");
  EXPECT_EQ(events.phases(), Phases{"after"});
}

TEST(ProgressChannel, IsNothingWhenThereIsNone) {
  const ProgressChannel channel{ProgressPlace::none};
  EXPECT_EQ(channel.reading_end(), -1);
  EXPECT_EQ(channel.child_descriptors().kept, -1);
  EXPECT_EQ(channel.child_descriptors().as_stderr, -1);
}

}  // namespace
}  // namespace shelduck::front
