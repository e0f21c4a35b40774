// Preloaded into a program (LD_PRELOAD), this makes each of its syncs take 2 ms and do nothing, so
// that two programs are compared on the same disk, and again on the same disk next year. It reaches
// every sync that goes through the C library; a file that is opened O_SYNC is out of its reach.
#include <sys/types.h>

#include <ctime>

namespace {

constexpr long kSyncNanoseconds = 2'000'000;

// What is slept too long (the timer's slack) is the same for whoever is measured.
int slow_success() {
  timespec left{.tv_sec = 0, .tv_nsec = kSyncNanoseconds};
  while (::nanosleep(&left, &left) != 0) {
  }
  return 0;
}

}  // namespace

extern "C" {

int fsync(int /*descriptor*/) { return slow_success(); }

int fdatasync(int /*descriptor*/) { return slow_success(); }

int sync_file_range(int /*descriptor*/, off64_t /*offset*/, off64_t /*count*/,
                    unsigned int /*flags*/) {
  return slow_success();
}

int syncfs(int /*descriptor*/) { return slow_success(); }

// How a program knows that it is measured on this disk.
void shelduck_slow_sync() {}
}
