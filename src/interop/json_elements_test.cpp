#include "shelduck/interop/json_elements.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace shelduck::interop {
namespace {

struct Cut {
  std::vector<std::string> texts;
  std::string damage;
};

Cut cut(const std::string& text, std::size_t chunk) {
  std::size_t done = 0;
  JsonElements elements{[&](char* space, std::size_t size) {
    const std::size_t count = std::min({size, chunk, text.size() - done});
    std::copy_n(text.data() + done, count, space);
    done += count;
    return count;
  }};
  Cut made;
  while (const auto element = elements.next()) made.texts.push_back(element->text);
  made.damage = elements.damage();
  return made;
}

TEST(JsonElements, CutsTheSameWhateverTheReaderGives) {
  const std::string text = " [ {\"a\": \"]},{\\\"\"} ,\n 17, \"x\\\\\", [1, [2]], true,{}]  ";
  for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
    const Cut made = cut(text, chunk);
    EXPECT_EQ(made.texts, (std::vector<std::string>{"{\"a\": \"]},{\\\"\"}", "17", "\"x\\\\\"",
                                                    "[1, [2]]", "true", "{}"}))
        << chunk;
    EXPECT_EQ(made.damage, "") << chunk;
  }
}

TEST(JsonElements, SaysWhyTheListDoesNotEnd) {
  EXPECT_EQ(cut("[1,", 8).damage, "the file ends before its list does");
  EXPECT_EQ(cut("[\n{\"a\": 1", 8).damage, "the file ends inside the entry that begins in line 2");
  EXPECT_EQ(cut("[\"\\", 8).damage, "the file ends inside the entry that begins in line 1");
  EXPECT_EQ(cut("\xEF\xBB\xBF[]", 8).damage, "");
}

TEST(JsonElements, CountsLines) {
  const std::string text = "[\n\n1,\n2]";
  std::size_t done = 0;
  JsonElements elements{[&](char* space, std::size_t size) {
    const std::size_t count = std::min(size, text.size() - done);
    std::copy_n(text.data() + done, count, space);
    done += count;
    return count;
  }};
  EXPECT_EQ(elements.next()->line, 3U);
  EXPECT_EQ(elements.next()->line, 4U);
  EXPECT_FALSE(elements.next());
  EXPECT_EQ(elements.bytes_read(), text.size());
}

}  // namespace
}  // namespace shelduck::interop
