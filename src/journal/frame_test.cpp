#include "shelduck/journal/frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <string>

#include "shelduck/journal/segment_header.hpp"

namespace shelduck::journal {
namespace {

const Uuid kSegment{{9, 8, 7}};
const Uuid kOther{{9, 8, 6}};

std::string one_frame(std::string_view payload) {
  std::string bytes;
  FrameCodec(kSegment).append_to(bytes, {.sequence = 5, .batch = 2, .type = 7, .payload = payload});
  return bytes;
}

TEST(Frame, ReadsBackWhatWasWritten) {
  EXPECT_TRUE(rc::check([](const std::string& payload) {
    const auto sequence = *rc::gen::arbitrary<std::uint64_t>();
    const auto batch = *rc::gen::arbitrary<std::uint32_t>();
    const auto type = *rc::gen::arbitrary<std::uint16_t>();
    const FrameCodec codec(kSegment);
    std::string bytes;
    codec.append_to(bytes,
                    {.sequence = sequence, .batch = batch, .type = type, .payload = payload});
    const std::size_t written = bytes.size();
    bytes += "more";
    const ParsedFrame parsed = codec.parse(bytes);
    RC_ASSERT(parsed.frame.has_value());
    RC_ASSERT(parsed.frame->payload == payload);
    RC_ASSERT(parsed.frame->sequence == sequence);
    RC_ASSERT(parsed.frame->batch == batch);
    RC_ASSERT(parsed.frame->type == type);
    RC_ASSERT(parsed.frame->bytes() == written);
  }));
}

TEST(Frame, OfAnotherSegmentIsBad) {
  EXPECT_FALSE(FrameCodec(kOther).parse(one_frame("payload")).frame);
}

TEST(Frame, CutAnywhereIsIncomplete) {
  const std::string bytes = one_frame("payload");
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const ParsedFrame parsed =
        FrameCodec(kSegment).parse(std::string_view(bytes).substr(0, length));
    EXPECT_FALSE(parsed.frame) << length;
    EXPECT_EQ(parsed.fault, FrameFault::incomplete) << length;
  }
}

TEST(Frame, WithAnyBitFlippedIsNotRead) {
  const std::string bytes = one_frame("payload");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string hurt = bytes;
    hurt[bit / 8] = static_cast<char>(hurt[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(FrameCodec(kSegment).parse(hurt).frame) << bit;
  }
}

TEST(Frame, OfZerosIsBad) {
  EXPECT_EQ(FrameCodec(kSegment).parse(std::string(64, '\0')).fault, FrameFault::bad);
}

TEST(Frame, WithAnImpossibleLengthIsBadAtOnce) {
  std::string bytes = one_frame("payload");
  bytes.replace(0, 4, "\xFF\xFF\xFF\x7F");
  EXPECT_EQ(FrameCodec(kSegment).parse(bytes).fault, FrameFault::bad);
}

TEST(Marker, KeepsItsFieldsAndMayGainMore) {
  const std::string payload = encode(Marker{.previous_synced = true, .offset = 1234});
  const auto marker = decode_marker(payload + "a later field");
  ASSERT_TRUE(marker);
  EXPECT_TRUE(marker->previous_synced);
  EXPECT_EQ(marker->offset, 1234U);
  EXPECT_FALSE(decode_marker(payload.substr(1)));
}

TEST(VoidNotice, KeepsItsFieldsAndMayGainMore) {
  const VoidNotice notice{.segment = kSegment, .last_synced = 77};
  EXPECT_EQ(decode_void_notice(encode(notice) + "a later field"), notice);
  EXPECT_FALSE(decode_void_notice(encode(notice).substr(1)));
}

TEST(SegmentHeader, ReadsBackAndRefusesEveryFlippedBit) {
  const SegmentHeader header{.identity = {Uuid{{4}}, "history"}, .segment = kSegment};
  const std::string bytes = encode(header);
  ASSERT_EQ(bytes.size(), kSegmentHeaderBytes);
  const ParsedHeader parsed = parse_header(bytes);
  EXPECT_EQ(parsed.state, HeaderState::good);
  EXPECT_EQ(parsed.header.identity, header.identity);
  EXPECT_EQ(parsed.header.segment, kSegment);
  for (std::size_t bit = 0; bit < (kSegmentHeaderBytes - 4) * 8; ++bit) {
    std::string hurt = bytes;
    hurt[bit / 8] = static_cast<char>(hurt[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_EQ(parse_header(hurt).state, HeaderState::damaged) << bit;
  }
}

TEST(SegmentHeader, OfANewerVersionIsToldApartFromDamage) {
  const SegmentHeader header{
      .version = kFormatVersion + 1, .identity = {Uuid{{4}}, "history"}, .segment = kSegment};
  EXPECT_EQ(parse_header(encode(header)).state, HeaderState::newer);
}

}  // namespace
}  // namespace shelduck::journal
