// Readers are those who answer the questions of a Service, each with a connection of its own.
// Private to the store.
//
// Threads: none of its own. Whoever calls holds the mutex of the service, but for connect(), which
//          a reader calls without it while it is busy; nobody drops connections then.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::store::detail {

class Readers {
 public:
  explicit Readers(std::size_t count) : readers_(count) {}

  [[nodiscard]] std::size_t count() const { return readers_.size(); }
  [[nodiscard]] std::size_t busy() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(readers_, [](const Reader& reader) { return reader.is_busy; }));
  }

  void begin(std::size_t reader) { readers_[reader].is_busy = true; }
  // Its connection; the first time it costs milliseconds.
  [[nodiscard]] Connection& connect(std::size_t reader, Store& store) {
    std::optional<Connection>& connection = readers_[reader].connection;
    if (!connection) connection.emplace(store.connect());
    return *connection;
  }
  // From now on interrupt() meets it.
  void expose(std::size_t reader) { readers_[reader].is_exposed = true; }
  void end(std::size_t reader) {
    readers_[reader].is_busy = false;
    readers_[reader].is_exposed = false;
  }

  void interrupt() {
    for (Reader& reader : readers_) {
      if (reader.is_exposed) reader.connection->interrupt();
    }
  }

  // Only while none is busy.
  void drop_connections() {
    for (Reader& reader : readers_) reader.connection.reset();
  }

 private:
  struct Reader {
    std::optional<Connection> connection{};
    bool is_busy = false;
    bool is_exposed = false;
  };

  std::vector<Reader> readers_;
};

}  // namespace shelduck::store::detail
