#include "shelduck/interop/spill_file.hpp"

#include <gtest/gtest.h>

#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

const std::filesystem::path kFolder = std::filesystem::temp_directory_path();

TEST(SpillFile, GivesBackWhatWasPutInTheSameOrder) {
  SpillFile spill{kFolder};
  const std::vector<double> many(100'000, 0.1);
  for (std::uint64_t i = 0; i < 20; ++i) {
    spill.put(i);
    spill.put("series " + std::to_string(i));
    spill.put(many);
  }
  spill.put("");
  spill.rewind();
  for (std::uint64_t i = 0; i < 20; ++i) {
    EXPECT_EQ(spill.number(), i);
    EXPECT_EQ(spill.text(), "series " + std::to_string(i));
    EXPECT_EQ(spill.numbers(), many);
  }
  EXPECT_EQ(spill.text(), "");
  EXPECT_THROW(static_cast<void>(spill.number()), Error);
}

TEST(SpillFile, NamesTheFolderWhereItCannotBe) {
  try {
    const SpillFile spill{"/proc/nothing"};
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::io);
    EXPECT_NE(std::string(error.what()).find("/proc/nothing"), std::string::npos);
  }
}

}  // namespace
}  // namespace shelduck::interop
