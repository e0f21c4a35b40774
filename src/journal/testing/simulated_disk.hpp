// SimulatedDisk is a disk for tests that keeps only what was synced. It lives in memory, serves
// several simulated processes, and loses power on demand.
//
//   SimulatedDisk disk;
//   SimulatedProcess writer{disk, 1}, owner{disk, 2};   // each is a FileSystem
//   ... work through them ...
//   writer.kill();                                      // its locks are free, its calls throw
//   disk.power_cut(seed);                               // every process is dead now
//
// What a power cut does, drawn from its seed: each unsynced write is kept, lost, or torn at any
// byte; bytes never written read as zeros or as garbage; each unsynced change of a folder's entry
// is kept or lost on its own, except that a rename always leaves at least one of its two names.
// What was synced stays, except bytes that a failed sync has dropped: those look written until the
// power is cut, however often the file is synced after.
//
// before_step() lets a test step in between any two calls: its function is called with each
// operation before it happens, and may run other processes, kill this one, or lose power.
//
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal::testing {

enum class Operation {
  open,
  create,
  read,
  write,
  sync_data,
  lock,
  status,
  rename,
  remove,
  list,
  make_directory,
  sync_directory,
};

[[nodiscard]] std::string_view to_string(Operation operation);

struct Step {
  Operation operation = Operation::open;
  std::string path;  // the name it was opened by, the old name of a rename
  std::int64_t process = 0;
};

// Thrown by every call of a process that is dead. Not an Error: nothing may handle it.
class ProcessDied : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "the simulated process died"; }
};

enum class Fault {
  none,
  error,   // the call throws; a sync has then dropped every dirty byte, else nothing has happened
  partly,  // write: a part arrives. sync: some dirty bytes are dropped. Then the call throws
};

class SimulatedDisk {
 public:
  SimulatedDisk();
  ~SimulatedDisk();
  SimulatedDisk(const SimulatedDisk&) = delete;
  SimulatedDisk& operator=(const SimulatedDisk&) = delete;

  // What the disk would hold after a power cut now: a new disk without processes. This one goes on.
  [[nodiscard]] std::unique_ptr<SimulatedDisk> after_power_cut(std::uint64_t seed) const;
  // The same to this disk itself: every process is dead, its open files are useless.
  void power_cut(std::uint64_t seed);

  // An empty function ends it.
  void before_step(std::function<void(const Step&)> function);
  // Asked once for each step that can fail, after before_step.
  void fail_with(std::function<Fault(const Step&)> function);
  // What free_bytes() answers. A write that needs more than is free arrives in part and fails.
  void set_free_bytes(std::uint64_t bytes);
  // Faults draw from this; a test that repeats sets it.
  void seed_faults(std::uint64_t seed);

  // Damage by hand: what a medium does to bytes that were synced. False: no such file.
  bool flip_bit(const std::string& path, std::uint64_t offset);
  // The whole content as processes see it; none when there is no such file.
  [[nodiscard]] std::optional<std::string> content(const std::string& path) const;
  // Replaces or makes a file, synced; makes its folders.
  void put(const std::string& path, std::string_view bytes);

 private:
  friend class SimulatedProcess;
  friend class SimulatedFile;
  struct State;
  std::shared_ptr<State> state_;  // shared with open files, which may outlive the disk
};

// One process's view of the disk. Destroying it is a kill.
class SimulatedProcess final : public FileSystem {
 public:
  SimulatedProcess(SimulatedDisk& disk, std::int64_t id);
  ~SimulatedProcess() override;

  // As kill -9: locks are free at once, everything written is still seen by others.
  void kill();
  [[nodiscard]] bool is_dead() const;
  // As fork: another process with the same open files and locks; its process_id() differs from the
  // one that its writers saw. Only answers process_id().
  void become(std::int64_t id);

  std::unique_ptr<File> open(const std::string& path, Access access) override;
  std::unique_ptr<File> create(const std::string& path) override;
  std::optional<FileStatus> status(const std::string& path) override;
  void rename(const std::string& from, const std::string& to) override;
  bool rename_new(const std::string& from, const std::string& to) override;
  bool remove(const std::string& path) override;
  std::vector<std::string> list(const std::string& directory) override;
  bool make_directory(const std::string& path) override;
  void sync_directory(const std::string& path) override;
  std::uint64_t free_bytes(const std::string& path) override;
  std::int64_t process_id() override;

 private:
  void change_name(const std::string& from, const std::string& to);

  std::shared_ptr<SimulatedDisk::State> disk_;  // shared with the disk and with open files
  std::int64_t id_;
  std::shared_ptr<bool> dead_;  // shared with the files it opened, which may outlive it
};

}  // namespace shelduck::journal::testing
