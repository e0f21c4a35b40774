// RequestLog writes one line a request: errors and slow ones always, the others up to 100 a second;
// what was left out is counted in one line, dated with its second, when that is over.
//
//   at=2026-05-01T03:00:00Z method=GET route=/api/history/stats status=200 bytes=512 ms=1.4 id=...
//
// No target, no credentials, no rows. Threads: any.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "shelduck/core/document.hpp"
#include "shelduck/core/log.hpp"
#include "shelduck/core/time.hpp"
#include "shelduck/http/server.hpp"

namespace shelduck::server {

enum class LogFormat { logfmt, json };

struct RequestLogOptions {
  LogFormat format = LogFormat::logfmt;
  Clock clock;
  std::function<void(std::string_view)> write;  // takes one line with its end; must not throw
  int ordinary_a_second = 100;
  Seconds slow{1};
};

class RequestLog {
 public:
  explicit RequestLog(RequestLogOptions options) : options_(std::move(options)) {}

  void served(const http::Served& served);
  // Tells what was left out of a second that is over. Call it from time to time.
  void look();
  // Tells what was left out, over or not: there are no more requests.
  void finish();
  // What an answer did not tell its client.
  void failed(std::string_view id, std::string_view reason);
  // A line that belongs to no request.
  void event(std::string_view name, std::string_view text);
  // Warnings and errors of the rooms below.
  [[nodiscard]] LogSink sink();
  // The line that says how many lines were left out before it.
  [[nodiscard]] std::string left_out(std::size_t count) const;

 private:
  // mutex_ is held
  [[nodiscard]] bool takes(const http::Served& served);
  void begin_second_of_now();
  void tell_count();
  void write(const Document& line);
  [[nodiscard]] std::string text_of(const Document& line) const;

  const RequestLogOptions options_;
  std::mutex mutex_;
  Instant second_{};  // guarded by mutex_, as the two below
  int ordinary_ = 0;
  int left_out_ = 0;
};

}  // namespace shelduck::server
