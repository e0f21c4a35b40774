#include "shelduck/journal/testing/simulated_disk.hpp"

#include <algorithm>
#include <cerrno>
#include <map>

#include "shelduck/core/error.hpp"
#include "shelduck/journal/testing/disk_nodes.hpp"

namespace shelduck::journal::testing {

namespace {

constexpr std::uint64_t kPlenty = 1ULL << 40;

// No step of what a step's function does is announced.
class SteppingIn {
 public:
  explicit SteppingIn(bool& flag) : flag_(flag) { flag_ = true; }
  ~SteppingIn() { flag_ = false; }
  SteppingIn(const SteppingIn&) = delete;
  SteppingIn& operator=(const SteppingIn&) = delete;

 private:
  bool& flag_;
};

}  // namespace

class SimulatedFile;

std::string_view to_string(Operation operation) {
  switch (operation) {
    case Operation::open:
      return "open";
    case Operation::create:
      return "create";
    case Operation::read:
      return "read";
    case Operation::write:
      return "write";
    case Operation::sync_data:
      return "sync_data";
    case Operation::lock:
      return "lock";
    case Operation::status:
      return "status";
    case Operation::rename:
      return "rename";
    case Operation::remove:
      return "remove";
    case Operation::list:
      return "list";
    case Operation::make_directory:
      return "make_directory";
    case Operation::sync_directory:
      return "sync_directory";
  }
  return "unknown";
}

// Who asks: a process, or one of its open files.
struct Caller {
  const std::shared_ptr<bool>& dead;
  std::int64_t process;
};

struct SimulatedDisk::State {
  std::shared_ptr<Node> root = std::make_shared<Node>();
  std::uint64_t next_inode = 1;
  std::uint64_t free = kPlenty;
  std::map<const Node*, const SimulatedFile*> locks;
  std::vector<std::weak_ptr<bool>> processes;
  std::function<void(const Step&)> before;
  std::function<Fault(const Step&)> faults;
  bool stepping_in = false;
  Chance chance{1};

  // Announces the step, and says how it fails. Throws when the process is dead by then.
  Fault enter(Operation operation, const std::string& path, const Caller& caller);
  [[nodiscard]] std::shared_ptr<Node> find(const std::string& path) const;
  [[nodiscard]] std::shared_ptr<Node> folder_of(const std::string& path) const;
  std::shared_ptr<Node> make_node(bool is_directory);
  void release_locks_of(const bool* dead);
};

class SimulatedFile final : public File {
 public:
  using State = SimulatedDisk::State;

  SimulatedFile(std::shared_ptr<State> disk, std::shared_ptr<Node> node, std::string path,
                std::shared_ptr<bool> dead, std::int64_t process)
      : disk_(std::move(disk)),
        node_(std::move(node)),
        path_(std::move(path)),
        dead_(std::move(dead)),
        process_(process),
        failures_seen_(node_->failures) {}

  ~SimulatedFile() override { let_go(); }
  SimulatedFile(const SimulatedFile&) = delete;
  SimulatedFile& operator=(const SimulatedFile&) = delete;

  std::size_t read_at(std::uint64_t offset, std::span<char> into) override {
    if (enter(Operation::read) != Fault::none) throw system_error("read", path_, EIO);
    if (offset >= node_->seen.size()) return 0;
    return node_->seen.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
  }

  void write_at(std::uint64_t offset, std::string_view bytes) override {
    const Fault fault = enter(Operation::write);
    if (fault == Fault::error) throw system_error("write", path_, EIO);
    const std::uint64_t size = node_->seen.size();
    const std::uint64_t end = offset + bytes.size();
    const std::uint64_t growth = end > size ? end - size : 0;
    std::size_t arriving = bytes.size();
    if (growth > disk_->free) arriving -= static_cast<std::size_t>(growth - disk_->free);
    if (fault == Fault::partly) arriving = below(disk_->chance, bytes.size());
    if (arriving > 0) node_->write(offset, bytes.substr(0, arriving));
    disk_->free -= node_->seen.size() - size;
    if (arriving < bytes.size()) {
      throw system_error("write", path_, fault == Fault::partly ? EIO : ENOSPC);
    }
  }

  void sync_data() override {
    const Fault fault = enter(Operation::sync_data);
    if (fault == Fault::error) node_->drop_all_pending();
    if (fault == Fault::partly) node_->drop_some_pending(disk_->chance);
    if (fault != Fault::none) ++node_->failures;
    if (failures_seen_ != node_->failures) {
      failures_seen_ = node_->failures;
      throw system_error("fdatasync", path_, EIO);
    }
    node_->sync();
  }

  bool try_lock() override {
    if (enter(Operation::lock) != Fault::none) throw system_error("flock", path_, ENOLCK);
    const auto [holder, is_free] = disk_->locks.emplace(node_.get(), this);
    return is_free || holder->second == this;
  }

  void unlock() override {
    if (*dead_) throw ProcessDied();
    let_go();
  }

  FileStatus status() override {
    if (*dead_) throw ProcessDied();
    return {.id = {1, node_->inode}, .bytes = node_->seen.size()};
  }

  [[nodiscard]] const bool* process() const { return dead_.get(); }

 private:
  Fault enter(Operation operation) { return disk_->enter(operation, path_, {dead_, process_}); }

  void let_go() {
    const auto held = disk_->locks.find(node_.get());
    if (held != disk_->locks.end() && held->second == this) disk_->locks.erase(held);
  }

  std::shared_ptr<State> disk_;  // shared with the disk and its processes
  std::shared_ptr<Node> node_;   // shared with the folders that name it
  std::string path_;
  std::shared_ptr<bool> dead_;  // shared with the process that opened it
  std::int64_t process_;
  std::uint64_t failures_seen_;
};

Fault SimulatedDisk::State::enter(Operation operation, const std::string& path,
                                  const Caller& caller) {
  if (*caller.dead) throw ProcessDied();
  const Step step{operation, path, caller.process};
  if (before && !stepping_in) {
    const SteppingIn guard(stepping_in);
    const auto function = before;  // which may replace itself
    function(step);
  }
  if (*caller.dead) throw ProcessDied();
  return faults ? faults(step) : Fault::none;
}

std::shared_ptr<Node> SimulatedDisk::State::find(const std::string& path) const {
  std::shared_ptr<Node> node = root;
  std::string_view rest = path;
  while (node && !rest.empty()) {
    rest.remove_prefix(rest.front() == '/' ? 1 : 0);
    const std::string name(rest.substr(0, rest.find('/')));
    rest.remove_prefix(name.size());
    if (name.empty()) continue;
    const auto entry = node->entries.find(name);
    node = entry == node->entries.end() ? nullptr : entry->second;
  }
  return node;
}

std::shared_ptr<Node> SimulatedDisk::State::folder_of(const std::string& path) const {
  const auto folder = find(parent_of(path));
  if (!folder || !folder->is_directory) throw system_error("open", path, ENOENT);
  return folder;
}

std::shared_ptr<Node> SimulatedDisk::State::make_node(bool is_directory) {
  auto node = std::make_shared<Node>();
  node->is_directory = is_directory;
  node->inode = ++next_inode;
  return node;
}

void SimulatedDisk::State::release_locks_of(const bool* dead) {
  std::erase_if(locks, [dead](const auto& lock) { return lock.second->process() == dead; });
}

SimulatedDisk::SimulatedDisk() : state_(std::make_shared<State>()) {
  state_->root->is_directory = true;
}

SimulatedDisk::~SimulatedDisk() = default;

std::unique_ptr<SimulatedDisk> SimulatedDisk::after_power_cut(std::uint64_t seed) const {
  auto disk = std::make_unique<SimulatedDisk>();
  Chance chance(seed);
  disk->state_->root = survivor(*state_->root, chance);
  disk->state_->next_inode = state_->next_inode;
  disk->state_->free = state_->free;
  return disk;
}

void SimulatedDisk::power_cut(std::uint64_t seed) {
  for (const auto& process : state_->processes) {
    if (const auto dead = process.lock()) *dead = true;
  }
  state_->processes.clear();
  state_->locks.clear();
  Chance chance(seed);
  state_->root = survivor(*state_->root, chance);
}

void SimulatedDisk::before_step(std::function<void(const Step&)> function) {
  state_->before = std::move(function);
}

void SimulatedDisk::fail_with(std::function<Fault(const Step&)> function) {
  state_->faults = std::move(function);
}

void SimulatedDisk::set_free_bytes(std::uint64_t bytes) { state_->free = bytes; }

void SimulatedDisk::seed_faults(std::uint64_t seed) { state_->chance.seed(seed); }

bool SimulatedDisk::flip_bit(const std::string& path, std::uint64_t offset) {
  const auto node = state_->find(path);
  const auto at = static_cast<std::size_t>(offset);
  if (!node || at >= node->seen.size()) return false;
  node->seen[at] = static_cast<char>(node->seen[at] ^ 0x10);
  if (at < node->durable.size()) node->durable[at] = node->seen[at];
  return true;
}

std::optional<std::string> SimulatedDisk::content(const std::string& path) const {
  const auto node = state_->find(path);
  if (!node || node->is_directory) return std::nullopt;
  return node->seen;
}

void SimulatedDisk::put(const std::string& path, std::string_view bytes) {
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos;
       slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (state_->find(folder)) continue;
    const auto parent = state_->folder_of(folder);
    const std::string name = folder.substr(folder.rfind('/') + 1);
    parent->entries[name] = state_->make_node(true);
    parent->durable_entries[name] = parent->entries[name];
  }
  const auto parent = state_->folder_of(path);
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name.empty()) return;
  const auto node = state_->make_node(false);
  node->seen = std::string(bytes);
  node->durable = node->seen;
  parent->entries[name] = node;
  parent->durable_entries[name] = node;
}

SimulatedProcess::SimulatedProcess(SimulatedDisk& disk, std::int64_t id)
    : disk_(disk.state_), id_(id), dead_(std::make_shared<bool>(false)) {
  disk_->processes.push_back(dead_);
}

SimulatedProcess::~SimulatedProcess() { kill(); }

void SimulatedProcess::kill() {
  *dead_ = true;
  disk_->release_locks_of(dead_.get());
}

bool SimulatedProcess::is_dead() const { return *dead_; }

void SimulatedProcess::become(std::int64_t id) { id_ = id; }

std::int64_t SimulatedProcess::process_id() { return id_; }

std::unique_ptr<File> SimulatedProcess::open(const std::string& path, Access) {
  if (disk_->enter(Operation::open, path, {dead_, id_}) != Fault::none) {
    throw system_error("open", path, EIO);
  }
  auto node = disk_->find(path);
  if (!node) return nullptr;
  return std::make_unique<SimulatedFile>(disk_, std::move(node), path, dead_, id_);
}

std::unique_ptr<File> SimulatedProcess::create(const std::string& path) {
  if (disk_->enter(Operation::create, path, {dead_, id_}) != Fault::none) {
    throw system_error("create", path, ENOSPC);
  }
  const auto folder = disk_->folder_of(path);
  const std::string name = path.substr(path.rfind('/') + 1);
  auto node = disk_->make_node(false);
  if (!folder->entries.emplace(name, node).second) return nullptr;
  folder->changes.push_back({name, node, nullptr});
  return std::make_unique<SimulatedFile>(disk_, std::move(node), path, dead_, id_);
}

std::optional<FileStatus> SimulatedProcess::status(const std::string& path) {
  if (disk_->enter(Operation::status, path, {dead_, id_}) != Fault::none) {
    throw system_error("stat", path, EIO);
  }
  const auto node = disk_->find(path);
  if (!node) return std::nullopt;
  return FileStatus{{1, node->inode}, node->seen.size(), node->is_directory};
}

void SimulatedProcess::rename(const std::string& from, const std::string& to) {
  if (disk_->enter(Operation::rename, from, {dead_, id_}) != Fault::none) {
    throw system_error("rename", from, EIO);
  }
  change_name(from, to);
}

void SimulatedProcess::change_name(const std::string& from, const std::string& to) {
  const auto old_folder = disk_->folder_of(from);
  const auto new_folder = disk_->folder_of(to);
  const std::string old_name = from.substr(from.rfind('/') + 1);
  const std::string new_name = to.substr(to.rfind('/') + 1);
  const auto found = old_folder->entries.find(old_name);
  if (found == old_folder->entries.end()) throw system_error("rename", from, ENOENT);
  const std::shared_ptr<Node> node = found->second;
  const auto halves = std::make_shared<Rename>();
  old_folder->entries.erase(found);
  new_folder->entries[new_name] = node;
  new_folder->changes.push_back({new_name, node, halves});
  old_folder->changes.push_back({old_name, nullptr, halves});
}

bool SimulatedProcess::rename_new(const std::string& from, const std::string& to) {
  if (disk_->enter(Operation::rename, from, {dead_, id_}) != Fault::none) {
    throw system_error("rename", from, EIO);
  }
  if (disk_->find(to)) return false;
  change_name(from, to);
  return true;
}

bool SimulatedProcess::remove(const std::string& path) {
  if (disk_->enter(Operation::remove, path, {dead_, id_}) != Fault::none) {
    throw system_error("unlink", path, EIO);
  }
  const auto folder = disk_->find(parent_of(path));
  const std::string name = path.substr(path.rfind('/') + 1);
  if (!folder || folder->entries.erase(name) == 0) return false;
  folder->changes.push_back({name, nullptr, nullptr});
  return true;
}

std::vector<std::string> SimulatedProcess::list(const std::string& directory) {
  if (disk_->enter(Operation::list, directory, {dead_, id_}) != Fault::none) {
    throw system_error("readdir", directory, EIO);
  }
  const auto folder = disk_->find(directory);
  std::vector<std::string> names;
  if (!folder) return names;
  for (const auto& [name, node] : folder->entries) names.push_back(name);
  return names;
}

bool SimulatedProcess::make_directory(const std::string& path) {
  if (disk_->enter(Operation::make_directory, path, {dead_, id_}) != Fault::none) {
    throw system_error("mkdir", path, ENOSPC);
  }
  const auto folder = disk_->folder_of(path);
  const std::string name = path.substr(path.rfind('/') + 1);
  const auto node = disk_->make_node(true);
  if (!folder->entries.emplace(name, node).second) return false;
  folder->changes.push_back({name, node, nullptr});
  return true;
}

void SimulatedProcess::sync_directory(const std::string& path) {
  if (disk_->enter(Operation::sync_directory, path, {dead_, id_}) != Fault::none) {
    throw system_error("fsync", path, EIO);
  }
  const auto folder = disk_->find(path);
  if (!folder) throw system_error("open", path, ENOENT);
  folder->sync_entries();
}

std::uint64_t SimulatedProcess::free_bytes(const std::string&) {
  if (*dead_) throw ProcessDied();
  return disk_->free;
}

}  // namespace shelduck::journal::testing
