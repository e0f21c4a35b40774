// Stands in for the engine program in tests: only its hidden verb.
#include <string_view>

#include "shelduck/store/trial.hpp"

int main(int argc, char** argv) {
  if (argc == 3 && argv[1] == std::string_view{"--trial-open"}) {
    return shelduck::store::try_open(argv[2]);
  }
  return 2;
}
