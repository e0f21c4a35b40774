#include "shelduck/interop/logs/line_source.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "shelduck/core/utf8.hpp"
#include "shelduck/interop/logs/log_entry.hpp"

namespace shelduck::interop::logs {
namespace {

using namespace std::string_view_literals;

constexpr std::size_t kChunkBytes = 262144;

// True when all bytes are printable ASCII: the fast path of nearly every line.
bool is_plain(std::string_view text) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  std::uint64_t odd = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, sizeof word);
    odd |= word | ((word - 0x20 * kOnes) & ~word);  // high bit: not ASCII, or below a space
  }
  bool plain = (odd & kHighs) == 0;
  for (; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    plain = plain && byte >= 0x20 && byte < 0x80;
  }
  return plain;
}

// Terminal noise that install scripts print into logs; NUL is judged before.
bool is_allowed_control(unsigned char byte) {
  return byte == '\t' || byte == '\x1b' || (byte >= '\a' && byte <= '\r');
}

LineDamage judge(std::string_view text) {
  if (is_plain(text)) return LineDamage::none;
  bool ascii = true;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 && !is_allowed_control(byte)) return LineDamage::binary;
    ascii = ascii && byte < 0x80;
  }
  return ascii || is_valid_utf8(text) ? LineDamage::none : LineDamage::wrong_encoding;
}

bool is_conflict_marker(std::string_view text) {
  constexpr std::size_t kLength = 7;
  if (text.size() < kLength || "<=>|"sv.find(text.front()) == std::string_view::npos) return false;
  if (text.find_first_not_of(text.front()) < kLength) return false;
  return text.size() == kLength || text[kLength] == ' ';
}

std::string_view without_nul_around(std::string_view text) {
  const std::size_t first = text.find_first_not_of('\0');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of('\0') - first + 1);
}

}  // namespace

struct LineSource::State {
  State(std::vector<LogPart> oldest_first, LineLimits given)
      : parts(std::move(oldest_first)), limits(given), buffer(kChunkBytes) {}

  std::vector<LogPart> parts;
  LineLimits limits;
  std::vector<char> buffer;
  std::size_t begin = 0;  // of the current line
  std::size_t scan = 0;   // no line feed in [begin, scan)
  std::size_t end = 0;
  std::size_t part = 0;
  std::uint64_t number = 0;
  std::uint64_t bytes = 0;
  bool at_end_of_part = false;
  std::optional<Line> pending;  // the good line behind a torn one
  std::string long_line;        // the beginning of a line that is too long
  std::string reason;

  std::optional<Line> next() {
    if (pending) return std::exchange(pending, std::nullopt);
    while (part < parts.size()) {
      if (at_end_of_part) {
        next_part();
        continue;
      }
      if (const std::optional<Line> line = cut()) return line;
    }
    return std::nullopt;
  }

  void next_part() {
    parts[part].bytes.reset();
    ++part;
    begin = scan = end = 0;
    number = 0;
    at_end_of_part = false;
  }

  // The next line of this file; nothing at its end.
  std::optional<Line> cut() {
    for (;;) {
      const void* found = std::memchr(buffer.data() + scan, '\n', end - scan);
      if (found != nullptr) {
        const auto stop = static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data());
        return take(stop, stop + 1);
      }
      scan = end;
      if (end - begin > limits.line_bytes_max) return skip_long_line();
      if (!fill()) return last();
    }
  }

  Line take(std::size_t stop, std::size_t next_begin) {
    const std::string_view text{buffer.data() + begin, stop - begin};
    begin = scan = next_begin;
    ++number;
    if (text.size() > limits.line_bytes_max) {
      return make(text.substr(0, kRejectTextBytes), LineDamage::too_long);
    }
    return clean(text);
  }

  // What stands behind the last line feed of a file: usually nothing.
  std::optional<Line> last() {
    at_end_of_part = true;
    const std::optional<std::string> damage = parts[part].bytes->damage();
    if (damage) {
      reason = *damage;
      ++number;
      return make({buffer.data() + begin, end - begin}, LineDamage::torn_file);
    }
    if (begin == end) return std::nullopt;
    return take(end, end);
  }

  Line skip_long_line() {
    long_line.assign(buffer.data() + begin, std::min(end - begin, kRejectTextBytes));
    ++number;
    for (;;) {
      const void* found = std::memchr(buffer.data() + scan, '\n', end - scan);
      if (found != nullptr) {
        begin = scan =
            static_cast<std::size_t>(static_cast<const char*>(found) - buffer.data()) + 1;
        break;
      }
      begin = scan = end;
      if (!fill()) break;
    }
    return make(long_line, LineDamage::too_long);
  }

  bool fill() {
    if (begin > 0) {
      std::memmove(buffer.data(), buffer.data() + begin, end - begin);
      scan -= begin;
      end -= begin;
      begin = 0;
    }
    if (end == buffer.size()) buffer.resize(buffer.size() * 2);
    const std::size_t got = parts[part].bytes->read({buffer.data() + end, buffer.size() - end});
    end += got;
    bytes += got;
    return got > 0;
  }

  [[nodiscard]] Line make(std::string_view text, LineDamage damage) const {
    return {.text = text, .part = part, .number = number, .damage = damage};
  }

  Line clean(std::string_view text) {
    if (text.ends_with('\r')) text.remove_suffix(1);
    if (is_conflict_marker(text)) return make(text, LineDamage::conflict_marker);
    if (is_plain(text)) return make(text, LineDamage::none);
    if (number == 1 && text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    text = without_nul_around(text);
    const std::size_t first_nul = text.find('\0');
    if (first_nul == std::string_view::npos) return make(text, judge(text));
    return split_at_nul(text, first_nul);
  }

  // One stretch of NUL bytes inside: a power cut tore the line before it, and the line behind it
  // was written after the restart. Several stretches, or a single NUL: not text (UTF-16, say).
  Line split_at_nul(std::string_view text, std::size_t first_nul) {
    const std::size_t resume = text.find_first_not_of('\0', first_nul);
    const std::string_view good = text.substr(resume);
    if (resume - first_nul < 2 || good.find('\0') != std::string_view::npos) {
      return make(text, LineDamage::binary);
    }
    pending = make(good, judge(good));
    return make(text.substr(0, first_nul), LineDamage::torn_before_nul);
  }
};

LineSource::LineSource(std::vector<LogPart> oldest_first, LineLimits limits)
    : state_(std::make_unique<State>(std::move(oldest_first), limits)) {}
LineSource::~LineSource() = default;
LineSource::LineSource(LineSource&&) noexcept = default;
LineSource& LineSource::operator=(LineSource&&) noexcept = default;

std::optional<Line> LineSource::next() { return state_->next(); }

std::uint64_t LineSource::bytes_read() const noexcept { return state_->bytes; }

const std::string& LineSource::damage_reason() const noexcept { return state_->reason; }

}  // namespace shelduck::interop::logs
