#include "shelduck/delegation/frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::delegation {
namespace {

TEST(DelegationFrame, ComesBackHoweverItIsDivided) {
  const std::string bytes =
      encode({FrameType::out, "rows"}) + encode({FrameType::exit, encode_number(3)});
  std::string received;
  std::vector<Frame> frames;
  for (const char byte : bytes) {
    received += byte;
    while (auto frame = take_frame(received)) frames.push_back(std::move(*frame));
  }
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_EQ(frames.front().type, FrameType::out);
  EXPECT_EQ(frames.front().payload, "rows");
  EXPECT_EQ(decode_number(frames.back().payload), 3U);
  EXPECT_TRUE(received.empty());
}

TEST(DelegationFrame, OfAnUnknownTypeOrLengthIsRefused) {
  std::string unknown = encode({FrameType::out, ""});
  unknown.front() = '\x0b';
  EXPECT_THROW((void)take_frame(unknown), Error);
  std::string huge = std::string(1, '\x03') + encode_number(kPayloadBytesMax + 1);
  EXPECT_THROW((void)take_frame(huge), Error);
}

TEST(DelegationFrame, NumbersAndTextsThatAreCutOffAreRefused) {
  EXPECT_THROW((void)decode_number("abc"), Error);
  EXPECT_THROW((void)decode_texts(encode_number(5) + "four"), Error);
}

RC_GTEST_PROP(DelegationFrameProperty, TextsComeBack, (const std::vector<std::string>& texts)) {
  RC_ASSERT(decode_texts(encode_texts(texts)) == texts);
}

RC_GTEST_PROP(DelegationFrameProperty, AnyBytesAreAFrameOrRefused, (std::string bytes)) {
  try {
    while (take_frame(bytes)) {
    }
  } catch (const Error& error) {
    RC_ASSERT(error.kind() == ErrorKind::invalid_input);
  }
}

}  // namespace
}  // namespace shelduck::delegation
