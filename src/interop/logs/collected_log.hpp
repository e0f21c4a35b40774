// CollectedLog is the sink of the tests: it keeps what a reader delivers and tells it in one line
// each, so that an expectation can be read beside the log.
#pragma once

#include <cstdio>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "shelduck/interop/logs/log_reader.hpp"

namespace shelduck::interop::logs {

struct CollectedLog final : Sink {
  std::vector<LogEntry> entries;
  std::vector<Reject> rejects;
  ReadSummary summary;

  void entry(LogEntry entry) override { entries.push_back(std::move(entry)); }
  void reject(Reject reject) override { rejects.push_back(std::move(reject)); }
};

// "2024-03-05T10:00:00Z 42s success apt-get -y upgrade [false_clock]": time, duration or "-",
// status, item or command line, flags.
inline std::string told(const LogEntry& entry) {
  std::string text = to_string(entry.time());
  char seconds[32] = "-";
  if (const auto duration = entry.duration()) {
    std::snprintf(seconds, sizeof seconds, "%gs", duration->count());
  }
  text.append(" ").append(seconds).append(" ").append(to_string(entry.status));
  const std::string& what = entry.item.empty() ? entry.command_line : entry.item;
  if (!what.empty()) text.append(" ").append(what);
  if (!entry.flags.empty()) text.append(" [").append(to_string(entry.flags)).append("]");
  return text;
}

inline std::vector<std::string> told(const CollectedLog& log) {
  std::vector<std::string> lines;
  for (const LogEntry& entry : log.entries) lines.push_back(told(entry));
  return lines;
}

// "line: reason"
inline std::vector<std::string> rejects_of(const CollectedLog& log) {
  std::vector<std::string> lines;
  for (const Reject& reject : log.rejects) {
    lines.push_back(std::to_string(reject.line) + ": " + reject.reason);
  }
  return lines;
}

inline std::string corpus_path(std::string_view name) {
  std::string path = SHELDUCK_LOG_CORPORA;
  path += '/';
  path += name;
  return path;
}

inline std::string corpus_bytes(std::string_view name) {
  std::ifstream file{corpus_path(name), std::ios::binary};
  if (!file) throw std::runtime_error("no corpus file " + corpus_path(name));
  return {std::istreambuf_iterator<char>{file}, {}};
}

inline CollectedLog read_lines(Format format, LineSource lines, const ReadOptions& options = {}) {
  CollectedLog log;
  log.summary = read_log(format, lines, options, log);
  return log;
}

inline LineSource lines_of(std::string bytes, std::size_t chunk_bytes = 65536) {
  std::vector<LogPart> parts;
  parts.push_back(
      {.name = "log", .bytes = decompressed(memory_bytes(std::move(bytes), chunk_bytes))});
  return LineSource{std::move(parts)};
}

inline CollectedLog read_text(Format format, std::string bytes, const ReadOptions& options = {}) {
  return read_lines(format, lines_of(std::move(bytes)), options);
}

// A file of tests/corpora/logs/<format>/.
inline CollectedLog read_corpus(Format format, std::string_view name,
                                const ReadOptions& options = {}) {
  return read_text(format, corpus_bytes(std::string(to_string(format)) + "/" + std::string(name)),
                   options);
}

using Lines = std::vector<std::string>;

}  // namespace shelduck::interop::logs
