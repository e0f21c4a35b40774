// Service keeps a Store open for many askers: one thread applies the journal, a few threads read.
//
//   Service service{path, domain, options, {}};
//   service.ask({.work = [](Connection& rows) { ... answer ... },
//                .failed = [](const Error& error) { ... 503 ... }});
//   service.administer({.work = [](Store& store) { back_up(store, ...); }, .failed = ...});
//   service.stop(Seconds{5});
//
// Read your writes: a question is answered after the journal was applied by a call that began after
// the question came; one call serves all questions that came before it. Where that takes longer
// than its `patience`, the question fails as busy; it is never answered with older rows.
//
// Threads: one applies, some read, one records, and one fails what waited too long. ask,
// administer,
//          record, announce and state may be called from any thread and never wait for the engine;
//          stop waits. `work` and `failed` are called by threads of the service: `failed` once
//          where `work` was not called or threw, and not otherwise.
// Limits:  `questions_max` wait for a reader at a time, beside those being answered; the next fails
//          as busy. Those that may be `known` do not count before that is judged. An administer has
//          the store alone: it waits until the running questions are over. Of recordings:
//          recording_desk.hpp.
// Failure: the constructor throws as Store::open. After an error of `work` that is fatal or damage,
//          the store is closed and opened again, which mends what can be mended; where that fails
//          or takes longer than `opening`, `broken` is called, once, and every question fails as
//          busy from then on. An opening that hangs is left at work: only the end of the process
//          ends it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "shelduck/core/error.hpp"
#include "shelduck/store/recording.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store {

struct ServiceOptions {
  int readers = 2;
  int heavy_max = 2;  // heavy questions that are answered at once
  std::size_t questions_max = 64;
  std::size_t backlog_bytes = 64UL << 20U;  // of what is recorded and not applied: recording_desk
  // The journal is applied this often without a question too, with what follows from time alone,
  // and then comes what can wait: checkpoint, archive, backup.
  Seconds upkeep{1};
  Seconds opening{5};
  // After that long at work it lets go of memory that the work left behind, and once more when it
  // rests. Questions are held back for a moment.
  Seconds giving_back{10};
  // Called by the applying thread before that, where rows came: for what is made from them.
  std::function<void(Store&)> has_news = [](Store&) {};
  std::function<void(const Error&)> broken = [](const Error&) {};  // called by any of its threads
};

class Service {
 public:
  using Failed = std::function<void(const Error&)>;

  // What an import asks waits for its own records too, which are applied behind everybody else's.
  enum class Asker { anybody, import };

  // A heavy one looks at many rows; light ones go past those that wait for `heavy_max`.
  enum class Weight { light, heavy };

  struct Question {
    std::function<void(Connection&)> work;
    Failed failed;
    // Called by the applying thread when the rows are as new as the question has to see them: true
    // where that answered it, and then `work` is not called. It must not wait for anybody.
    std::function<bool(const Version&)> known{};
    Seconds patience{2};  // how long it waits until it is begun
    Asker asker = Asker::anybody;
    Weight weight = Weight::light;
  };
  struct Administration {
    std::function<void(Store&)> work;
    Failed failed;
    Seconds patience{10};  // how long it waits until it has the store alone
  };

  // What is to be seen from outside, without waiting for anybody.
  struct State {
    Version version;            // of the rows
    std::size_t questions = 0;  // waiting and being answered
    std::uint64_t applied = 0;  // records, since the start
    std::uint64_t waiting = 0;  // records that could not be applied: no space
    std::uint64_t backlog = 0;  // records that are recorded here and not applied yet
    bool is_open = true;
    // False after records could not be written, until some are, or a try of the upkeep succeeds.
    bool is_journal_writable = true;
    // Of the applying thread, for who watches whether it moves: `turns` grows with each of its
    // rounds, once a `upkeep` at least; `is_administered` while it does what somebody asked of it.
    std::uint64_t turns = 0;
    bool is_administered = false;
  };

  Service(const std::filesystem::path& database, const Domain& domain, const OpenOptions& options,
          ServiceOptions service);
  ~Service();  // stop(0), and waits for an opening as long as it takes
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  void ask(Question question);
  void administer(Administration administration);

  // What a client wants written: judged, made durable and answered by a thread of its own, many
  // with one sync (recording.hpp). While the store is an administrator's it waits.
  void record(Recording recording);

  // Records of a question that is being answered: durable when it returns, applied for whoever asks
  // afterwards. Only within `work`.
  void append(std::span<const Record> records);

  // Names the socket where the same database is asked by other processes, also after the store was
  // opened again. Before the first question.
  void announce(const std::string& socket);

  [[nodiscard]] State state() const;

  // Answers what is running, fails what waits as cancelled, interrupts after `patience`, closes.
  // False where the store is still being opened again, `opening` after that began: nothing is
  // closed then, and it may be asked again.
  [[nodiscard]] bool stop(Seconds patience);

 private:
  class Desk;
  std::unique_ptr<Desk> desk_;
};

}  // namespace shelduck::store
