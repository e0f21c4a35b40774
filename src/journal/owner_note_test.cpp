#include "shelduck/journal/owner_note.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace shelduck::journal {
namespace {

class OwnerNoteTest : public ::testing::Test {
 protected:
  OwnerNoteTest() { EXPECT_NE(::mkdtemp(folder_.data()), nullptr); }
  ~OwnerNoteTest() override {
    std::remove(lock_path(database()).c_str());
    std::remove(folder_.c_str());
  }
  [[nodiscard]] std::string database() const { return folder_ + "/a.duckdb"; }
  void write(const std::string& text) const { std::ofstream{lock_path(database())} << text; }

 private:
  std::string folder_ = ::testing::TempDir() + "shelduck-note-XXXXXX";
};

TEST_F(OwnerNoteTest, ComesBack) {
  write(owner_note_text({.process = 4711, .version = "0.1.0", .socket = "/run/a b/4711.socket"}));
  const auto note = read_owner_note(database());
  ASSERT_TRUE(note);
  EXPECT_EQ(note->process, 4711);
  EXPECT_EQ(note->version, "0.1.0");
  EXPECT_EQ(note->socket, "/run/a b/4711.socket");
}

TEST_F(OwnerNoteTest, IsAbsentWhereNobodyWroteOne) {
  EXPECT_FALSE(read_owner_note(database()));
  write("");
  EXPECT_FALSE(read_owner_note(database()));
  write("some other words\n");
  EXPECT_EQ(read_owner_note(database())->process, 0);
}

}  // namespace
}  // namespace shelduck::journal
