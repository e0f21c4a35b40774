#include "shelduck/history/records/prediction_table.hpp"

#include <gtest/gtest.h>

namespace shelduck::history {
namespace {

PredictionTable sample() {
  return {{{"apt", Phase::execute, 12, "median", 0.9, 60.5, 40.0, std::nullopt, {40, 60.5, 90}},
           {"snap", Phase::download, 5, "mean", 0.9, 3, std::nullopt, std::nullopt, {}}}};
}

TEST(PredictionTable, RoundTrips) {
  const auto back = decode_prediction_table(encode(sample()));
  ASSERT_TRUE(back);
  const PredictionRow* apt = back->find("apt", Phase::execute);
  ASSERT_NE(apt, nullptr);
  EXPECT_EQ(apt->samples, (std::vector<double>{40, 60.5, 90}));
  EXPECT_EQ(apt->lower_seconds, 40.0);
  EXPECT_EQ(apt->upper_seconds, std::nullopt);
  EXPECT_EQ(back->find("apt", Phase::check), nullptr);
}

TEST(PredictionTable, IsAbsentWhenDamaged) {
  const std::string bytes = encode(sample());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    EXPECT_FALSE(decode_prediction_table(flipped)) << i;
    EXPECT_FALSE(decode_prediction_table(bytes.substr(0, i))) << i;
  }
}

}  // namespace
}  // namespace shelduck::history
