// Writes a year of daily runs into a new history, for the questions that bench/run asks of it.
//
//   make_year DATABASE [DAYS]
#include <cstdio>
#include <cstdlib>

#include "shelduck/history/domain.hpp"
#include "shelduck/store/store.hpp"
#include "year.hpp"

int main(int argc, char** argv) {
  using namespace shelduck;
  if (argc < 2 || argv[1][0] == '-') {
    std::fprintf(stderr, "usage: make_year DATABASE [DAYS]\n");
    return 2;
  }
  const int days = argc > 2 ? std::atoi(argv[2]) : 365;
  bench::Year year{{.days = days, .last_day = system_clock()() - std::chrono::hours{12}}};
  std::vector<store::Record> records;
  for (auto& record : year.records()) records.push_back({record.type, std::move(record.payload)});
  auto store = store::Store::open(argv[1], history::domain({"bench", system_clock()}),
                                  {.purpose = store::Purpose::write});
  store.write(records);
  store.finish(Seconds{60});
  store.close();
  std::printf("%zu records of %d days\n", records.size(), days);
  return 0;
}
