#include "shelduck/core/encoding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck {
namespace {

RC_GTEST_PROP(Encoding, ColumnsOfNumbersComeBack,
              (const std::vector<std::uint64_t>& counts, const std::vector<std::int64_t>& steps)) {
  NumberWriter writer;
  for (const std::uint64_t count : counts) writer.add(count);
  for (const std::int64_t step : steps) writer.add_signed(step);
  NumberReader reader{writer.bytes()};
  for (const std::uint64_t count : counts) RC_ASSERT(reader.next() == count);
  for (const std::int64_t step : steps) RC_ASSERT(reader.next_signed() == step);
  RC_ASSERT(reader.is_empty());
}

TEST(Encoding, ACutColumnIsCorrupt) {
  NumberWriter writer;
  writer.add(300);
  NumberReader reader{std::string_view{writer.bytes()}.substr(0, 1)};
  EXPECT_THROW((void)reader.next(), Error);
}

}  // namespace
}  // namespace shelduck
