#include "shelduck/server/event_stream.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shelduck/core/error.hpp"

namespace shelduck::server {
namespace {

using std::chrono::seconds;

// A client that reads what it is sent, when the test says so.
class Subscriber {
 public:
  Subscriber(EventDesk& desk, const StreamWish& wish) : response_(desk.open(wish)) {
    text_ = response_.body;
  }

  // Everything that was sent since the last call.
  std::string heard() {
    while (true) {
      const auto pieces = response_.feed->take();
      if (pieces.empty()) break;
      for (const auto& piece : pieces) text_ += *piece;
      response_.feed->sent();
    }
    return std::exchange(text_, "");
  }
  [[nodiscard]] bool is_ended() const { return response_.feed->is_ended(); }
  void leave() { response_.feed.reset(); }

 private:
  http::Response response_;
  std::string text_;
};

class EventStreamTest : public testing::Test {
 protected:
  EventStreamTest() { told(0, 0, {}); }

  EventDesk& desk() {
    if (!desk_) desk_.emplace(std::vector<std::string>{"history"}, limits_);
    return *desk_;
  }

  // The counter went from `before` to `count`; an event is a type and a word.
  void told(std::uint64_t before, std::uint64_t count,
            const std::vector<std::pair<std::string, std::string>>& events) {
    std::vector<store::Events> announced;
    for (const auto& [type, word] : events) {
      announced.push_back(store::one_event(type, to_json(Document{word})));
    }
    desk().publish(
        "history",
        {.version = {.epoch = {}, .count = count}, .before = before, .events = announced}, now_);
  }
  void tell_words(std::uint64_t from, int count) {
    for (int i = 0; i < count; ++i) {
      const std::uint64_t before = from + static_cast<std::uint64_t>(i);
      told(before, before + 1, {{"word", "w" + std::to_string(before + 1)}});
    }
  }

  static std::string word(const std::string& id, const std::string& text) {
    return "id: history:" + id + "\nevent: word\ndata: \"" + text + "\"\n\n";
  }

  StreamLimits limits_;
  EventDesk::Moment now_{std::chrono::hours{1}};
  std::optional<EventDesk> desk_;
};

constexpr const char* kBegin = "retry: 2000\n";
constexpr const char* kLagged = "event: lagged\ndata: {}\n\n";

std::string reset_at(int count) {
  const std::string id = "history:" + std::to_string(count);
  return "id: " + id + "\nevent: reset\ndata: {\"id\":\"" + id + "\"}\n\n";
}

TEST_F(EventStreamTest, TellsEachEventWithTheCounter) {
  Subscriber all{desk(), {}};
  Subscriber some{desk(), {.filter = {.types = {"other"}}}};
  EXPECT_EQ(all.heard(), std::string(kBegin) + "id: history:0\n\n");
  (void)some.heard();
  told(0, 3, {{"word", "a"}, {"other", "b"}});
  EXPECT_EQ(all.heard(), word("2", "a") + "id: history:3\nevent: other\ndata: \"b\"\n\n");
  EXPECT_EQ(some.heard(), "id: history:3\nevent: other\ndata: \"b\"\n\n");
}

// Ten thousand are kept.
TEST_F(EventStreamTest, AnEventTakesNoMoreRoomThanItsText) {
  const http::Response response = desk().open({});
  (void)response.feed->take();
  response.feed->sent();
  told(0, 1, {{"word", std::string(300, 'x')}});
  const auto pieces = response.feed->take();
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_LT(pieces[0]->capacity(), pieces[0]->size() + 16);
}

TEST_F(EventStreamTest, EventsOfOneRecordAreNeverMissed) {
  told(0, 5, {{"word", "before"}});
  Subscriber all{desk(), {}};
  (void)all.heard();
  told(5, 6, {{"word", "a"}, {"word", "b"}, {"word", "c"}});
  EXPECT_EQ(all.heard(), word("5", "a") + word("5", "b") + word("6", "c"));
  Subscriber back{desk(), {.last_id = "history:5"}};
  EXPECT_EQ(back.heard(),
            std::string(kBegin) + "\n" + word("5", "a") + word("5", "b") + word("6", "c"));
  Subscriber knows{desk(), {.last_id = "history:6"}};
  EXPECT_EQ(knows.heard(), std::string(kBegin) + "\n");
}

TEST_F(EventStreamTest, GoesOnFromWhereAClientWas) {
  limits_.kept = 10;
  desk_.reset();
  told(100, 100, {});
  tell_words(100, 15);
  Subscriber back{desk(), {.last_id = "history:112"}};
  EXPECT_EQ(back.heard(), std::string(kBegin) + "\n" + word("113", "w113") + word("114", "w114") +
                              word("115", "w115"));
  Subscriber at_the_edge{desk(), {.last_id = "history:105"}};
  EXPECT_TRUE(at_the_edge.heard().starts_with(std::string(kBegin) + "\n" + word("106", "w106")));
  for (const char* id : {"history:104", "history:99", "history:116", "sensors:1",
                         "history:", "history:1x", "nonsense", "", "history:-1"}) {
    Subscriber lost{desk(), {.last_id = id}};
    EXPECT_EQ(lost.heard(), std::string(kBegin) + "\n" + reset_at(115)) << id;
    lost.leave();
  }
}

TEST_F(EventStreamTest, ABatchOfMoreThanIsKeptReachesWhoListens) {
  limits_.kept = 10;
  desk_.reset();
  told(0, 0, {});
  Subscriber all{desk(), {.filter = {.types = {"word"}}}};
  (void)all.heard();
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 25; ++i) many.emplace_back("word", "w");
  told(0, 25, many);
  const std::string heard = all.heard();
  EXPECT_TRUE(heard.starts_with(word("1", "w") + word("2", "w"))) << heard;
  EXPECT_TRUE(heard.ends_with(word("24", "w") + word("25", "w"))) << heard;
  Subscriber back{desk(), {.last_id = "history:15"}};
  EXPECT_TRUE(back.heard().starts_with(std::string(kBegin) + "\n" + word("16", "w")));
  Subscriber lost{desk(), {.last_id = "history:14"}};
  EXPECT_EQ(lost.heard(), std::string(kBegin) + "\n" + reset_at(25));
}

TEST_F(EventStreamTest, OfABatchThatNobodyHearsTheLastOnesAreKept) {
  limits_.kept = 10;
  desk_.reset();
  told(0, 0, {});
  tell_words(0, 3);
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 25; ++i) many.emplace_back("word", "w");
  told(3, 28, many);
  Subscriber back{desk(), {.last_id = "history:18"}};
  const std::string heard = back.heard();
  EXPECT_TRUE(heard.starts_with(std::string(kBegin) + "\n" + word("19", "w"))) << heard;
  EXPECT_TRUE(heard.ends_with(word("28", "w"))) << heard;
  Subscriber lost{desk(), {.last_id = "history:17"}};
  EXPECT_EQ(lost.heard(), std::string(kBegin) + "\n" + reset_at(28));
}

// Most are heard by nobody, and their texts cost more than all else about them.
TEST_F(EventStreamTest, ATextIsMadeOnceAndForWhoTakesTheEventAlone) {
  std::size_t made = 0;
  const std::vector<store::Events> events{
      {.type = "word",
       .size = 20,
       .json = [&made](std::size_t place) { return std::to_string(++made + 100 * place); },
       .subject = [](std::size_t place) { return std::to_string(place % 10); }}};
  desk().publish("history", {.version = {.epoch = {}, .count = 20}, .before = 0, .events = events},
                 now_);
  EXPECT_EQ(made, 0U);
  Subscriber other{desk(), {.filter = {.types = {"other"}}, .last_id = "history:0"}};
  EXPECT_EQ(made, 0U);
  Subscriber some{desk(), {.filter = {.subject = "4"}, .last_id = "history:0"}};
  EXPECT_EQ(some.heard(), std::string(kBegin) +
                              "\nid: history:5\nevent: word\ndata: 401\n\n"
                              "id: history:15\nevent: word\ndata: 1402\n\n");
  EXPECT_EQ(made, 2U);
  Subscriber all{desk(), {.last_id = "history:0"}};
  Subscriber again{desk(), {.last_id = "history:0"}};
  EXPECT_EQ(all.heard(), again.heard());
  EXPECT_EQ(made, 20U);
}

TEST_F(EventStreamTest, WhatHappenedUnseenResetsEverybody) {
  Subscriber client{desk(), {}};
  tell_words(0, 3);
  (void)client.heard();
  told(2, 2, {});  // made anew, with a record less
  EXPECT_EQ(client.heard(), reset_at(2));
  tell_words(2, 1);
  EXPECT_EQ(client.heard(), word("3", "w3"));
  Subscriber back{desk(), {.last_id = "history:1"}};
  EXPECT_EQ(back.heard(), std::string(kBegin) + "\n" + reset_at(3));
  told(9, 10, {{"word", "of a batch after a gap"}});
  EXPECT_EQ(client.heard(), reset_at(10));
}

TEST_F(EventStreamTest, ABurstIsHandedOnAsTheClientTakesIt) {
  limits_.client_bytes = 500;
  desk_.reset();
  told(0, 0, {});
  Subscriber filtered{desk(), {.filter = {.types = {"word"}}}};
  (void)filtered.heard();
  std::vector<std::pair<std::string, std::string>> many(1440, {"word", "w"});
  told(0, 1440, many);
  desk().tick(now_ + seconds{15});  // nothing may stand before what was not told
  tell_words(1440, 1);
  const std::string heard = filtered.heard();
  EXPECT_EQ(std::ranges::count(heard, '"'), 2 * 1441);
  EXPECT_TRUE(heard.starts_with(word("1", "w") + word("2", "w")));
  EXPECT_TRUE(heard.ends_with(word("1440", "w") + word("1441", "w1441")));
  EXPECT_EQ(heard.find(":\n"), std::string::npos);
  EXPECT_FALSE(filtered.is_ended());
}

TEST_F(EventStreamTest, ASummaryStandsInItsPlaceForAClientThatIsBehind) {
  limits_.client_bytes = 150;
  limits_.events_a_second = 5;
  desk_.reset();
  told(0, 0, {});
  desk().tick(now_);
  Subscriber all{desk(), {}};
  (void)all.heard();
  now_ += seconds{1};
  tell_words(0, 7);
  now_ += seconds{1};
  desk().tick(now_);
  tell_words(7, 1);
  EXPECT_EQ(all.heard(), word("1", "w1") + word("2", "w2") + word("3", "w3") + word("4", "w4") +
                             word("5", "w5") + "id: history:7\nevent: summary\n" +
                             "data: {\"events\":2,\"types\":{\"word\":2}}\n\n" + word("8", "w8"));
  Subscriber back{desk(), {.last_id = "history:6"}};
  EXPECT_EQ(back.heard(), std::string(kBegin) + "\n" + word("7", "w7") + word("8", "w8"));
}

TEST_F(EventStreamTest, AClientThatIsBehindAllThatIsKeptIsToldAndClosed) {
  limits_.client_bytes = 500;
  limits_.kept = 5;
  desk_.reset();
  told(0, 0, {});
  Subscriber slow{desk(), {.filter = {.types = {"word"}}}};
  Subscriber other{desk(), {.filter = {.types = {"word"}}}};
  for (int i = 0; i < 20; ++i) {
    tell_words(static_cast<std::uint64_t>(i), 1);
    (void)other.heard();
  }
  EXPECT_FALSE(other.is_ended());
  EXPECT_TRUE(slow.is_ended());
  const std::string heard = slow.heard();
  EXPECT_TRUE(heard.ends_with(kLagged)) << heard;
  EXPECT_LE(heard.size(), 500 + 100U);
  EXPECT_EQ(desk().streams(), 1U);
}

TEST_F(EventStreamTest, CatchingUpTakesMoreThanWhatMayWait) {
  limits_.client_bytes = 500;
  desk_.reset();
  told(0, 0, {});
  tell_words(0, 100);
  Subscriber back{desk(), {.last_id = "history:0"}};
  const std::string heard = back.heard();
  EXPECT_TRUE(heard.ends_with(word("100", "w100"))) << heard;
  EXPECT_FALSE(back.is_ended());
  tell_words(100, 1);
  EXPECT_EQ(back.heard(), word("101", "w101"));
}

TEST_F(EventStreamTest, ABurstIsSummedUpForThoseWithoutAFilter) {
  limits_.events_a_second = 3;
  desk_.reset();
  told(0, 0, {});
  desk().tick(now_);
  Subscriber all{desk(), {}};
  Subscriber filtered{desk(), {.filter = {.types = {"word"}}}};
  (void)all.heard();
  (void)filtered.heard();
  now_ += seconds{1};
  tell_words(0, 5);
  EXPECT_EQ(all.heard(), word("1", "w1") + word("2", "w2") + word("3", "w3"));
  EXPECT_TRUE(filtered.heard().ends_with(word("5", "w5")));
  desk().tick(now_);
  EXPECT_EQ(all.heard(), "");
  now_ += seconds{1};
  desk().tick(now_);
  EXPECT_EQ(all.heard(),
            "id: history:5\nevent: summary\ndata: {\"events\":2,\"types\":{\"word\":2}}\n\n");
  tell_words(5, 1);
  EXPECT_EQ(all.heard(), word("6", "w6"));
}

TEST_F(EventStreamTest, ACommentComesEach15SecondsWithTheCounter) {
  desk().tick(now_);
  Subscriber client{desk(), {.filter = {.types = {"other"}}}};
  (void)client.heard();
  tell_words(0, 2);
  now_ += seconds{14};
  desk().tick(now_);
  EXPECT_EQ(client.heard(), "");
  now_ += seconds{1};
  desk().tick(now_);
  EXPECT_EQ(client.heard(), ":\nid: history:2\n\n");
}

TEST_F(EventStreamTest, StreamsAreCountedAndGivenBack) {
  limits_.streams = 2;
  desk_.reset();
  told(0, 0, {});
  Subscriber first{desk(), {}};
  Subscriber second{desk(), {}};
  EXPECT_THROW((void)desk().open({}), Error);
  second.leave();
  Subscriber third{desk(), {}};
  EXPECT_EQ(desk().streams(), 2U);
}

TEST_F(EventStreamTest, SaysByeAtTheEnd) {
  Subscriber client{desk(), {}};
  (void)client.heard();
  desk().close();
  EXPECT_EQ(client.heard(), "event: bye\ndata: {}\n\n");
  EXPECT_TRUE(client.is_ended());
  EXPECT_THROW((void)desk().open({}), Error);
}

}  // namespace
}  // namespace shelduck::server
