// Stands in for libFuzzer in ordinary builds: gives every file of the named corpora to the target.
//
//   frame CORPUS_FOLDER_OR_FILE...
//
// A target that dies kills the program, and the test with it; a corpus without a file is an error,
// because it would prove nothing.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <vector>

// The name and the types are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

void replay(const fs::path& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in) throw std::runtime_error{"cannot read " + file.string()};
  const std::string content{std::istreambuf_iterator<char>{in}, {}};
  std::cerr << file.filename().string() << '\n';  // the last name before a crash is the culprit
  const std::vector<std::uint8_t> bytes(content.begin(), content.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::size_t replay_all(const fs::path& corpus) {
  if (!fs::is_directory(corpus)) {
    replay(corpus);
    return 1;
  }
  std::size_t count = 0;
  for (const auto& entry : fs::recursive_directory_iterator{corpus}) {
    if (!entry.is_regular_file()) continue;
    replay(entry.path());
    ++count;
  }
  return count;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    std::size_t count = 0;
    for (int i = 1; i < argc; ++i) count += replay_all(argv[i]);
    std::cout << count << " inputs replayed\n";
    return count > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return EXIT_FAILURE;
  }
}
