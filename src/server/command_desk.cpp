#include "shelduck/server/command_desk.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <list>
#include <thread>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/delegation/unix_address.hpp"
#include "shelduck/server/delegated_command.hpp"
#include "shelduck/server/served_database.hpp"

namespace shelduck::server {
namespace {

using delegation::Channel;
using delegation::Frame;
using delegation::FrameType;

constexpr mode_t kOnlyOwner = 0600;
constexpr mode_t kOwnerAndGroup = 0660;
// What a caller may take to say what it wants.
constexpr Seconds kOrderTime{10};
// Where the process has no descriptor left.
constexpr std::chrono::milliseconds kAcceptPause{100};
constexpr std::chrono::milliseconds kIdlePause{5};
// Between two interrupts of one command.
constexpr std::chrono::milliseconds kRepeat{20};

bool may_call(int descriptor, const std::optional<SocketGroup>& group) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0 || (group && group->has(peer));
}

bool is_process_gone(const std::string& number) {
  constexpr std::size_t kDigitsMax = 9;
  const bool is_number = !number.empty() && number.size() <= kDigitsMax &&
                         number.find_first_not_of("0123456789") == std::string::npos;
  return is_number && ::kill(std::stoi(number), 0) != 0 && errno == ESRCH;
}

bool is_own_socket(const std::filesystem::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode) &&
         status.st_uid == ::geteuid();
}

// Sockets beside this one that servers left who were killed. A process may only seem gone, as one
// of a container does: then it still answers.
void remove_dead_sockets(const std::filesystem::path& socket) {
  const std::string suffix = ".socket";
  const std::string own = std::to_string(::getpid()) + suffix;
  std::string prefix = socket.filename().string();
  prefix.resize(prefix.size() - own.size());
  std::vector<std::filesystem::path> dead;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator{socket.parent_path(), ignored}) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
    if (name.size() < prefix.size() + suffix.size()) continue;
    const std::size_t length = name.size() - prefix.size() - suffix.size();
    if (!is_process_gone(name.substr(prefix.size(), length))) continue;
    if (!is_own_socket(entry.path()) || delegation::connect_to(entry.path().string())) continue;
    dead.push_back(entry.path());
  }
  for (const std::filesystem::path& path : dead) std::filesystem::remove(path, ignored);
}

int listen_on(const CommandDeskOptions& options) {
  const std::filesystem::path& socket = options.socket;
  remove_dead_sockets(socket);
  const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) throw system_error("socket", socket.string(), errno);
  const delegation::UnixAddress address{socket.string()};
  ::unlink(socket.c_str());  // of a process of the same number that died
  // On Linux the name gets the mode of the socket, so nobody else can connect in between.
  const bool is_listening = ::fchmod(descriptor, kOnlyOwner) == 0 &&
                            ::bind(descriptor, address.get(), address.size()) == 0 &&
                            ::listen(descriptor, SOMAXCONN) == 0;
  const int failure = errno;
  try {
    if (is_listening && options.group) options.group->give(socket, kOwnerAndGroup);
    if (is_listening) return descriptor;
  } catch (const Error&) {
    ::close(descriptor);
    throw;
  }
  ::close(descriptor);
  throw system_error("listen on", socket.string(), failure);
}

// HELLO and RUN; nothing where the caller speaks another protocol or does not come to a command.
std::optional<delegation::Order> receive_order(Channel& channel) {
  channel.limit_listening(kOrderTime);
  const std::optional<Frame> hello = channel.receive();
  if (!hello || hello->type != FrameType::hello) return std::nullopt;
  channel.send(
      {FrameType::hello, delegation::encode_number(delegation::kProtocol) + SHELDUCK_VERSION});
  if (delegation::decode_number(hello->payload) != delegation::kProtocol) return std::nullopt;
  const std::optional<Frame> run = channel.receive();
  if (!run || run->type != FrameType::run) return std::nullopt;
  channel.limit_listening(Seconds{0});
  return delegation::decode_order(run->payload);
}

// Of the database that the order names; an order for another one is refused by any of them.
const Questions& questions_of(const CommandDeskOptions& options, const std::string& database) {
  const auto found =
      std::ranges::find(options.questions, std::filesystem::path{database}, &Questions::database);
  return found == options.questions.end() ? options.questions.front() : *found;
}

// Whether CANCEL was among what has come.
bool hears_cancel(Channel& channel, DelegatedCommand& command) {
  bool is_heard = false;
  while (const std::optional<Frame> frame = channel.take()) {
    if (frame->type == FrameType::credit) {
      command.add_credit(delegation::decode_number(frame->payload));
    }
    is_heard = is_heard || frame->type == FrameType::cancel;
  }
  return is_heard;
}

// The caller is gone: its command ends at its next safe point.
void wait_for_the_end(DelegatedCommand& command) {
  while (!command.is_done()) {
    command.give_up();
    command.interrupt();
    std::this_thread::sleep_for(kRepeat);
  }
}

// Until the caller is gone.
void hear(Channel& channel, DelegatedCommand& command) {
  bool is_impatient = hears_cancel(channel, command);
  while (true) {
    if (is_impatient && !command.is_done()) command.interrupt();
    pollfd waited{channel.descriptor(), POLLIN, 0};
    const int count = ::poll(&waited, 1, is_impatient ? static_cast<int>(kRepeat.count()) : -1);
    if (count <= 0) continue;
    if (!channel.read_some()) return;
    is_impatient = hears_cancel(channel, command) || is_impatient;
  }
}

// Until the caller is gone, or says what is no frame, and its command is over.
void listen_to(Channel& channel, DelegatedCommand& command) {
  try {
    hear(channel, command);
  } catch (const Error&) {
    wait_for_the_end(command);
    throw;
  }
  wait_for_the_end(command);
}

}  // namespace

std::filesystem::path socket_path(const std::filesystem::path& runtime_folder,
                                  const std::filesystem::path& database) {
  const std::string name = std::to_string(::getpid()) + ".socket";
  if (runtime_folder.empty()) return database.string() + "." + name;
  commands::make_private_folders(runtime_folder);
  return runtime_folder / name;
}

class CommandDesk::State {
 public:
  explicit State(CommandDeskOptions options)
      : options_(std::move(options)),
        listening_(listen_on(options_)),
        stop_(::eventfd(0, EFD_CLOEXEC)),
        acceptor_([this] { accept_until_stopped(); }) {}

  ~State() { stop(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void stop_accepting();
  void let_go(Seconds patience);
  void stop();

 private:
  struct Caller {
    std::shared_ptr<Channel> channel;  // guarded by mutex_, and `is_gone` too
    std::thread thread;
    bool is_gone = false;
  };

  void accept_until_stopped();
  void admit(int descriptor);
  void serve(Caller& caller, std::shared_ptr<Channel> channel);
  void bury_gone();
  [[nodiscard]] bool is_idle();

  const CommandDeskOptions options_;
  const int listening_;
  const int stop_;
  Outcomes outcomes_;
  std::mutex mutex_;
  std::list<Caller> callers_;  // the list is the acceptor's
  std::thread acceptor_;
};

void CommandDesk::State::accept_until_stopped() {
  std::array<pollfd, 2> waited{{{listening_, POLLIN, 0}, {stop_, POLLIN, 0}}};
  while (true) {
    if (::poll(waited.data(), waited.size(), -1) < 0 && errno != EINTR) return;
    if ((waited[1].revents & POLLIN) != 0) return;
    const int descriptor = ::accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
    try {
      if (descriptor >= 0) admit(descriptor);
    } catch (const std::exception& error) {
      options_.log(LogLevel::warning, std::string("a caller was turned away: ") + error.what());
    }
    if (descriptor < 0) std::this_thread::sleep_for(kAcceptPause);
  }
}

void CommandDesk::State::admit(int descriptor) {
  bury_gone();
  if (callers_.size() >= options_.callers_max || !may_call(descriptor, options_.group)) {
    ::close(descriptor);
    return;
  }
  std::list<Caller> one(1);
  Caller& caller = one.front();
  caller.channel = std::make_shared<Channel>(descriptor);
  caller.thread = std::thread{
      [this, &caller, channel = caller.channel]() mutable { serve(caller, std::move(channel)); }};
  callers_.splice(callers_.end(), one);
}

void CommandDesk::State::bury_gone() {
  for (auto at = callers_.begin(); at != callers_.end();) {
    bool is_gone = false;
    {
      const std::scoped_lock lock{mutex_};
      is_gone = at->is_gone;
    }
    if (is_gone) at->thread.join();
    at = is_gone ? callers_.erase(at) : std::next(at);
  }
}

void CommandDesk::State::serve(Caller& caller, std::shared_ptr<Channel> channel) {
  try {
    if (auto order = receive_order(*channel)) {
      const Questions& questions = questions_of(options_, order->database);
      const auto command = std::make_shared<DelegatedCommand>(
          channel, questions, export_folder(questions.database), outcomes_);
      command->begin(std::move(*order));
      listen_to(*channel, *command);
    }
  } catch (const delegation::Gone&) {
    options_.log(LogLevel::debug, "a caller went away");
  } catch (const std::exception& error) {
    options_.log(LogLevel::warning, std::string("a caller was let go of: ") + error.what());
  }
  channel->shut();
  channel.reset();
  const std::scoped_lock lock{mutex_};
  caller.channel.reset();  // nobody may come for long who would bury it
  caller.is_gone = true;
}

void CommandDesk::State::stop_accepting() {
  if (!acceptor_.joinable()) return;
  ::eventfd_write(stop_, 1);
  acceptor_.join();
  ::close(listening_);
  ::close(stop_);
  ::unlink(options_.socket.c_str());
}

bool CommandDesk::State::is_idle() {
  const std::scoped_lock lock{mutex_};
  return std::ranges::all_of(callers_, &Caller::is_gone);
}

void CommandDesk::State::let_go(Seconds patience) {
  stop_accepting();
  const auto end = std::chrono::steady_clock::now() +
                   std::chrono::duration_cast<std::chrono::steady_clock::duration>(patience);
  while (!is_idle() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(kIdlePause);
  }
  const std::scoped_lock lock{mutex_};
  for (const Caller& caller : callers_) {
    if (caller.channel) caller.channel->shut();
  }
}

void CommandDesk::State::stop() {
  let_go(Seconds{0});
  for (Caller& caller : callers_) caller.thread.join();
  callers_.clear();
}

CommandDesk::CommandDesk(CommandDeskOptions options)
    : state_(std::make_unique<State>(std::move(options))) {}
CommandDesk::~CommandDesk() = default;

void CommandDesk::stop_accepting() { state_->stop_accepting(); }
void CommandDesk::let_go(Seconds patience) { state_->let_go(patience); }
void CommandDesk::stop() { state_->stop(); }

}  // namespace shelduck::server
