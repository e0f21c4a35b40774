#include "shelduck/front/usage.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <string_view>

namespace shelduck::front {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// A file of /proc, which is made at the first read; one read gets all that is needed here.
std::optional<std::string> proc_text(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  std::array<char, 4096> buffer{};
  const ssize_t got = read(file, buffer.data(), buffer.size());
  close(file);
  if (got < 0) return std::nullopt;
  return std::string{buffer.data(), static_cast<std::size_t>(got)};
}

std::vector<std::string> names_in(const std::string& folder) {
  const auto close_folder = [](DIR* open_folder) { closedir(open_folder); };
  const std::unique_ptr<DIR, decltype(close_folder)> dir{opendir(folder.c_str()), close_folder};
  std::vector<std::string> names;
  if (!dir) return names;
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_name[0] != '.') names.emplace_back(entry->d_name);
  }
  return names;
}

std::int64_t number_after(std::string_view text, std::string_view label) {
  const std::size_t at = text.find(label);
  if (at == std::string_view::npos) return 0;
  std::int64_t number = 0;
  std::from_chars(text.data() + at + label.size(), text.data() + text.size(), number);
  return number;
}

std::optional<IoCounters> io_of(const std::string& path) {
  const auto text = proc_text(path);
  if (!text || text->empty()) return std::nullopt;
  IoCounters io;
  io.read_bytes = number_after(*text, "rchar: ");
  io.write_bytes = number_after(*text, "wchar: ");
  io.read_ops = number_after(*text, "syscr: ");
  io.write_ops = number_after(*text, "syscw: ");
  io.device_read_bytes = number_after(*text, "\nread_bytes: ");
  io.device_write_bytes = number_after(*text, "\nwrite_bytes: ");
  return io;
}

// The numbers of a text, divided by spaces.
std::vector<std::int64_t> numbers_of(std::string_view text) {
  std::vector<std::int64_t> numbers;
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  while (at < end) {
    std::int64_t number = 0;
    const auto [next, failure] = std::from_chars(at, end, number);
    if (failure == std::errc{}) numbers.push_back(number);
    at = failure == std::errc{} ? next : at + 1;
  }
  return numbers;
}

std::vector<pid_t> children_of(const std::string& process) {
  std::vector<pid_t> children;
  const std::string tasks = "/proc/" + process + "/task";
  for (const std::string& task : names_in(tasks)) {
    const auto text = proc_text(tasks + "/" + task + "/children");
    if (!text) continue;
    for (const std::int64_t pid : numbers_of(*text)) children.push_back(static_cast<pid_t>(pid));
  }
  return children;
}

// Fields 14 to 17 of /proc/PID/stat (proc(5)): utime, stime, cutime, cstime, in clock ticks.
void add_cpu(LivingTree& tree, const std::string& process) {
  const auto text = proc_text("/proc/" + process + "/stat");
  const std::size_t name_end = text ? text->rfind(") ") : std::string::npos;
  if (name_end == std::string::npos) return;
  const auto fields = numbers_of(std::string_view{*text}.substr(name_end + 4));
  constexpr std::size_t kUserTicks = 10;  // field 4 (ppid) is the first number here
  if (fields.size() < kUserTicks + 4) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  tree.cpu_user_seconds += static_cast<double>(fields[kUserTicks] + fields[kUserTicks + 2]) / ticks;
  tree.cpu_kernel_seconds +=
      static_cast<double>(fields[kUserTicks + 1] + fields[kUserTicks + 3]) / ticks;
}

void add_memory(LivingTree& tree, const std::string& process) {
  const auto text = proc_text("/proc/" + process + "/statm");
  if (!text) return;
  const auto pages = numbers_of(*text);
  if (pages.size() > 1) tree.memory_bytes += pages[1] * sysconf(_SC_PAGESIZE);
}

}  // namespace

void ReapedUsage::add(const rusage& usage) {
  cpu_user_seconds += seconds_of(usage.ru_utime);
  cpu_kernel_seconds += seconds_of(usage.ru_stime);
  memory_peak_bytes = std::max(memory_peak_bytes, std::int64_t{usage.ru_maxrss} * 1024);
}

IoCounters& IoCounters::operator+=(const IoCounters& other) {
  read_bytes += other.read_bytes;
  write_bytes += other.write_bytes;
  read_ops += other.read_ops;
  write_ops += other.write_ops;
  device_read_bytes += other.device_read_bytes;
  device_write_bytes += other.device_write_bytes;
  return *this;
}

IoCounters& IoCounters::operator-=(const IoCounters& other) {
  read_bytes -= other.read_bytes;
  write_bytes -= other.write_bytes;
  read_ops -= other.read_ops;
  write_ops -= other.write_ops;
  device_read_bytes -= other.device_read_bytes;
  device_write_bytes -= other.device_write_bytes;
  return *this;
}

std::optional<IoCounters> reaped_io() {
  const auto threads = names_in("/proc/self/task");
  auto io = io_of("/proc/self/io");
  if (!io) return std::nullopt;
  for (const std::string& thread : threads) {
    if (const auto own = io_of("/proc/self/task/" + thread + "/io")) *io -= *own;
  }
  return io;
}

LivingTree living_tree() {
  LivingTree tree;
  tree.processes = children_of("self");
  for (std::size_t i = 0; i < tree.processes.size(); ++i) {
    const std::string process = std::to_string(tree.processes[i]);
    add_cpu(tree, process);
    add_memory(tree, process);
    const auto below = children_of(process);
    tree.processes.insert(tree.processes.end(), below.begin(), below.end());
  }
  return tree;
}

}  // namespace shelduck::front
