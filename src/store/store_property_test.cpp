#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shelduck/store/store.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {
namespace {

// One store for all cases: every case has numbers of its own.
struct Shared {
  testing::TemporaryFolder folder;
  std::filesystem::path path = folder.file("a.duckdb");
  Store store = Store::open(path, testing::toy_domain(), testing::toy_options());
  std::int64_t next_base = 0;
};

std::unique_ptr<Shared>& shared_slot() {
  static std::unique_ptr<Shared> slot;
  return slot;
}

Shared& shared() {
  if (!shared_slot()) shared_slot() = std::make_unique<Shared>();
  return *shared_slot();
}

// Not at the end of the process: the engine keeps settings per thread, which are gone by then, and
// reads them when it closes a file.
class SharedStoreEnds final : public ::testing::Environment {
 public:
  void TearDown() override { shared_slot().reset(); }
};

[[maybe_unused]] const ::testing::Environment* const kSharedStoreEnds =
    ::testing::AddGlobalTestEnvironment(std::make_unique<SharedStoreEnds>().release());

std::string word(std::int64_t base) {
  const std::string n = std::to_string(base + *rc::gen::inRange(0, 8));
  if (*rc::gen::inRange(0, 4) == 0) return "delete " + n;
  return "put " + n + " " + std::to_string(*rc::gen::inRange(0, 5));
}

std::map<std::int64_t, std::int64_t> of_case(std::int64_t base) {
  std::map<std::int64_t, std::int64_t> mine;
  for (const auto& [n, v] : testing::numbers(shared().store.connection())) {
    if (n < 0 || (n >= base && n < base + 100)) mine.emplace(n, v);
  }
  return mine;
}

// Any order, any split over writers and batches, any repetition: the same table as the model's.
RC_GTEST_PROP(StoreProperty, AnySplitOfTheWordsGivesTheModelsTable, ()) {
  const std::int64_t base = shared().next_base;
  shared().next_base += 100;
  std::vector<std::string> written;
  std::vector<std::unique_ptr<testing::ToyWriter>> writers;
  const int steps = *rc::gen::inRange(1, 12);
  for (int i = 0; i < steps; ++i) {
    const int what = *rc::gen::inRange(0, 6);
    if (what == 0 || writers.empty()) {
      writers.push_back(std::make_unique<testing::ToyWriter>(shared().path));
    } else if (what == 1) {
      shared().store.apply();
    } else if (what == 2) {
      writers.erase(writers.begin() + *rc::gen::inRange<std::ptrdiff_t>(
                                          0, static_cast<std::ptrdiff_t>(writers.size())));
    } else {
      const bool is_repeat = !written.empty() && *rc::gen::inRange(0, 3) == 0;
      written.push_back(is_repeat ? written.front() : word(base));
      writers[*rc::gen::inRange<std::size_t>(0, writers.size())]->write({written.back()});
    }
  }
  shared().store.apply();
  RC_ASSERT(of_case(base) == testing::model(written));
}

}  // namespace
}  // namespace shelduck::store
