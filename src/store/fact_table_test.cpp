#include "shelduck/store/fact_table.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace shelduck::store {
namespace {

Fact numbered_fact(std::uint16_t kind, std::uint64_t number) {
  Fact fact{.kind = kind, .id = {}};
  for (std::size_t i = 0; i < 8; ++i) {
    fact.id.bytes[15 - i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return fact;
}

// The same as a map of what was said last of each, and the order in which it was said.
class FactsInOrder {
 public:
  void put(const Fact& fact, const std::string& content) {
    const auto found = last_.find(fact);
    if (found == last_.end()) return renew(fact, content);
    all_[found->second].second = content;
  }
  void renew(const Fact& fact, const std::string& content) {
    last_[fact] = all_.size();
    all_.emplace_back(fact, content);
  }
  void drop_first(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, ++gone_) {
      const auto found = last_.find(all_[gone_].first);
      if (found != last_.end() && found->second == gone_) last_.erase(found);
    }
  }

  [[nodiscard]] std::size_t in_order() const { return all_.size() - gone_; }
  [[nodiscard]] std::size_t size() const { return last_.size(); }
  [[nodiscard]] const std::string* find(const Fact& fact) const {
    const auto found = last_.find(fact);
    return found == last_.end() ? nullptr : &all_[found->second].second;
  }

 private:
  std::map<Fact, std::size_t> last_;  // in all_
  std::vector<std::pair<Fact, std::string>> all_;
  std::size_t gone_ = 0;
};

TEST(FactTable, HoldsWhatAMapHolds) {
  std::mt19937_64 random{7};
  const auto any_fact = [&] {
    return numbered_fact(static_cast<std::uint16_t>(random() % 2), random() % 500);
  };
  FactTable<std::string> table;
  FactsInOrder expected;
  for (int step = 0; step < 20'000; ++step) {
    const Fact fact = any_fact();
    const std::string content = std::to_string(random());
    const std::uint64_t choice = random() % 16;
    if (choice == 0) {
      const bool is_all = random() % 8 == 0;
      const std::size_t count = is_all ? expected.in_order() : random() % (1 + expected.in_order());
      table.drop_first(count);
      expected.drop_first(count);
    } else if (choice < 5) {
      table[fact] = content;
      expected.put(fact, content);
    } else {
      table.renew(fact) = content;
      expected.renew(fact, content);
    }
    ASSERT_EQ(table.size(), expected.size());
    const Fact other = any_fact();
    const std::string* said = table.find(other);
    ASSERT_EQ(said != nullptr, expected.find(other) != nullptr);
    if (said != nullptr) {
      ASSERT_EQ(*said, *expected.find(other));
    }
  }
}

TEST(FactTable, WhatIsHereStaysWhenOthersAreMerged) {
  FactTable<int> table;
  FactTable<int> others;
  for (std::uint64_t i = 0; i < 100; ++i) others[numbered_fact(1, i)] = 1;
  table[numbered_fact(1, 5)] = 2;
  table.merge(others);
  EXPECT_EQ(table.size(), 100U);
  EXPECT_EQ(*table.find(numbered_fact(1, 5)), 2);
  EXPECT_EQ(*table.find(numbered_fact(1, 6)), 1);
  FactTable<int> empty;
  empty.merge(table);
  EXPECT_EQ(empty.size(), 100U);
  empty.clear();
  EXPECT_TRUE(empty.empty());
  EXPECT_FALSE(empty.contains(numbered_fact(1, 5)));
}

}  // namespace
}  // namespace shelduck::store
