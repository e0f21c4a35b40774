// Preloaded into a server (LD_PRELOAD), this holds each fdatasync while the file is there that
// SHELDUCK_HELD_SYNC names: a test decides what waits for a sync, not the disk.
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

extern "C" int fdatasync(int descriptor) {
  const char* const held = std::getenv("SHELDUCK_HELD_SYNC");
  const timespec pause{.tv_sec = 0, .tv_nsec = 1'000'000};
  while (held != nullptr && access(held, F_OK) == 0) nanosleep(&pause, nullptr);
  return static_cast<int>(syscall(SYS_fdatasync, descriptor));
}
