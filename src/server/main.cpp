// libexec/shelduck/engine: answers what needs the database. `shelduck` starts it with the words of
// its own command line; the store starts it as `engine --trial-open DATABASE` (store/trial.hpp).
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/cli/program.hpp"
#include "shelduck/commands/settings.hpp"
#include "shelduck/server/serve.hpp"
#include "shelduck/store/trial.hpp"

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (words.size() == 2 && words[0] == "--trial-open") return shelduck::store::try_open(words[1]);
  return shelduck::cli::run_program(words, shelduck::commands::process_environment(),
                                    shelduck::server::bindings());
}
