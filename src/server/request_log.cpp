#include "shelduck/server/request_log.hpp"

#include <cmath>

namespace shelduck::server {
namespace {

// A value of logfmt: quoted where a blank, a quote or a control character would divide it.
std::string logfmt_value(const Document& value) {
  if (value.text() == nullptr) return to_json(value);
  const std::string& text = *value.text();
  const bool is_plain = !text.empty() && text.find_first_of(" \"=\\") == std::string::npos;
  const std::string quoted = to_json(value);
  return is_plain && quoted.size() == text.size() + 2 ? text : quoted;
}

std::string logfmt(const Document& line) {
  std::string text;
  for (const auto& [name, value] : *line.members()) {
    text += (text.empty() ? "" : " ") + name + "=" + logfmt_value(value);
  }
  return text;
}

double milliseconds(Seconds duration) { return std::round(duration.count() * 1e4) / 10; }

}  // namespace

std::string RequestLog::text_of(const Document& line) const {
  return (options_.format == LogFormat::json ? to_json(line) : logfmt(line)) + "\n";
}

void RequestLog::write(const Document& line) { options_.write(text_of(line)); }

void RequestLog::tell_count() {
  if (left_out_ == 0) return;
  write(Document::object()
            .set("at", second_)
            .set("event", "requests not listed")
            .set("count", left_out_));
  left_out_ = 0;
}

void RequestLog::begin_second_of_now() {
  const Instant now{std::chrono::floor<std::chrono::seconds>(options_.clock())};
  if (now == second_) return;
  tell_count();
  second_ = now;
  ordinary_ = 0;
}

void RequestLog::look() {
  const std::scoped_lock lock{mutex_};
  begin_second_of_now();
}

void RequestLog::finish() {
  const std::scoped_lock lock{mutex_};
  tell_count();
}

bool RequestLog::takes(const http::Served& served) {
  begin_second_of_now();
  if (served.status >= 400 || served.duration >= options_.slow) return true;
  if (ordinary_ == options_.ordinary_a_second) {
    ++left_out_;
    return false;
  }
  ++ordinary_;
  return true;
}

void RequestLog::served(const http::Served& served) {
  const std::scoped_lock lock{mutex_};
  if (!takes(served)) return;
  write(Document::object()
            .set("at", options_.clock())
            .set("method", served.method)
            .set("route", served.route)
            .set("status", served.status)
            .set("bytes", served.bytes)
            .set("ms", milliseconds(served.duration))
            .set("id", served.id));
}

void RequestLog::failed(std::string_view id, std::string_view reason) {
  const std::scoped_lock lock{mutex_};
  write(Document::object()
            .set("at", options_.clock())
            .set("event", "request failed")
            .set("id", id)
            .set("reason", reason));
}

void RequestLog::event(std::string_view name, std::string_view text) {
  const std::scoped_lock lock{mutex_};
  write(Document::object().set("at", options_.clock()).set("event", name).set("text", text));
}

LogSink RequestLog::sink() {
  return [this](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning || level == LogLevel::error) {
      event(level == LogLevel::error ? "error" : "warning", message);
    }
  };
}

std::string RequestLog::left_out(std::size_t count) const {
  return text_of(Document::object()
                     .set("at", options_.clock())
                     .set("event", "lines left out: nobody reads this log")
                     .set("count", static_cast<std::int64_t>(count)));
}

}  // namespace shelduck::server
