#include "shelduck/interop/logs/identity.hpp"

namespace shelduck::interop::logs {
namespace {

// Each part with its length in front, so that no two lists of parts give the same bytes.
void append_part(std::string& bytes, std::string_view part) {
  bytes.append(std::to_string(part.size())).append(":").append(part);
}

}  // namespace

IdentityCounter::IdentityCounter(Format format, std::string_view source) {
  append_part(prefix_, "log entry");
  append_part(prefix_, to_string(format));
  append_part(prefix_, source);
}

Uuid IdentityCounter::next(const LogEntry& entry) {
  scratch_ = prefix_;
  // ninja's times are in its bytes; an entry without a start carries a time there as well.
  if (entry.format != Format::ninja && entry.start) {
    append_part(scratch_, std::to_string(entry.start->time_since_epoch().count()));
  }
  append_part(scratch_, entry.identity_bytes);
  const Uuid content = derived_uuid(scratch_);
  const std::uint64_t ordinal = seen_.add(content);
  if (ordinal == 0) return content;
  append_part(scratch_, std::to_string(ordinal));
  return derived_uuid(scratch_);
}

Uuid run_identity(const Uuid& first_entry) {
  std::string bytes;
  append_part(bytes, "run of log entry");
  append_part(bytes, shelduck::to_string(first_entry));
  return derived_uuid(bytes);
}

}  // namespace shelduck::interop::logs
