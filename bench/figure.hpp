// A figure is one line of the table in docs/performance.md, as the programs of bench/ print it.
#pragma once

#include <cstdio>
#include <ctime>
#include <string>

namespace shelduck::bench {

struct Figure {
  std::string what;
  std::string goal;
  std::string seen;
  bool is_reached = true;
};

// Of this process's processor time, which other programs do not lengthen much; for work of one
// thread.
class Clock {
 public:
  [[nodiscard]] double milliseconds() const {
    return 1000 * static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC;
  }

 private:
  std::clock_t start_ = std::clock();
};

inline void print(const Figure& figure) {
  std::printf("| %s | %s | %s%s |\n", figure.what.c_str(), figure.goal.c_str(), figure.seen.c_str(),
              figure.is_reached ? "" : ", **missed**");
  std::fflush(stdout);
}

}  // namespace shelduck::bench
