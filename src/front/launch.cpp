#include "shelduck/front/launch.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

namespace shelduck::front {
namespace {

// Runs in the borrowed memory of its parent until exec: only system calls, and no return.
[[noreturn]] void become(char* const* words, const SignalPlan& plan,
                         const ChildDescriptors& descriptors, volatile int& error_number) {
  if (descriptors.kept >= 0) fcntl(descriptors.kept, F_SETFD, 0);
  if (descriptors.as_stderr >= 0) dup2(descriptors.as_stderr, STDERR_FILENO);
  plan.restore_in_child();
  execvp(words[0], words);
  error_number = errno;
  _exit(127);
}

}  // namespace

Launched launch(std::span<const std::string> words, const SignalPlan& plan,
                const ChildDescriptors& descriptors) {
  std::vector<char*> raw;
  for (const std::string& word : words) raw.push_back(const_cast<char*>(word.c_str()));
  raw.push_back(nullptr);
  volatile int error_number = 0;
  // vfork shares the memory, so that a failed exec can tell why without a pipe, and no page is
  // copied. become() keeps its rules.
  // NOLINTNEXTLINE(clang-analyzer-security.insecureAPI.vfork,bugprone-unsafe-functions)
  const pid_t pid = vfork();
  if (pid == 0) become(raw.data(), plan, descriptors, error_number);
  if (pid < 0) return {-1, errno};
  if (error_number != 0) {
    waitpid(pid, nullptr, 0);
    return {-1, error_number};
  }
  return {pid, 0};
}

}  // namespace shelduck::front
