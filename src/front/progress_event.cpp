#include "shelduck/front/progress_event.hpp"

#include <charconv>
#include <cmath>

namespace shelduck::front {
namespace {

constexpr int kDepthMax = 32;

// A reader of one JSON object that keeps scalars of the outermost level and skips the rest.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : rest_(text) {}

  struct Scalar {
    std::string text;  // of a string, unescaped; of a number, as written
    bool is_string = false;
  };

  // Calls take(key, scalar) for each; false when the text is no JSON object.
  template <class Take>
  bool object(const Take& take) {
    if (!token('{')) return false;
    if (token('}')) return at_end();
    do {
      skip_space();
      const auto key = string();
      if (!key || !token(':')) return false;
      skip_space();
      if (!member(*key, take)) return false;
    } while (token(','));
    return token('}') && at_end();
  }

 private:
  template <class Take>
  bool member(const std::string& key, const Take& take) {
    if (front() == '"') {
      const auto text = string();
      if (text) take(key, Scalar{*text, true});
      return text.has_value();
    }
    if (front() == '{' || front() == '[') return skip_container();
    const std::string word = bare_word();
    if (!word.empty()) take(key, Scalar{word, false});
    return !word.empty();
  }

  [[nodiscard]] char front() const { return rest_.empty() ? '\0' : rest_.front(); }

  void skip_space() {
    while (front() == ' ' || front() == '\t' || front() == '\r') rest_.remove_prefix(1);
  }

  bool token(char c) {
    skip_space();
    if (front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool at_end() {
    skip_space();
    return rest_.empty();
  }

  std::string bare_word() {
    const std::size_t end = std::min(rest_.find_first_of(",}] \t\r\""), rest_.size());
    const std::string word{rest_.substr(0, end)};
    rest_.remove_prefix(end);
    return word;
  }

  // Escapes beyond ASCII are kept as '?': no member that matters here holds them.
  std::optional<std::string> string() {
    if (front() != '"') return std::nullopt;
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return text;
      if (c != '\\') {
        text += c;
      } else if (!escape(text)) {
        return std::nullopt;
      }
    }
    return std::nullopt;
  }

  bool escape(std::string& text) {
    const char c = front();
    if (rest_.empty()) return false;
    rest_.remove_prefix(1);
    if (c != 'u') {
      text += c == 'n' ? '\n' : c == 't' ? '\t' : c;
      return true;
    }
    if (rest_.size() < 4) return false;
    rest_.remove_prefix(4);
    text += '?';
    return true;
  }

  bool skip_container() {
    int depth = 0;
    do {
      const char c = front();
      if (rest_.empty() || depth > kDepthMax) return false;
      if (c == '"') {
        if (!string()) return false;
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      rest_.remove_prefix(1);
    } while (depth > 0);
    return true;
  }

  std::string_view rest_;
};

std::optional<double> amount(const JsonScanner::Scalar& scalar, double most) {
  double value = 0;
  const char* const end = scalar.text.data() + scalar.text.size();
  const auto [at, failure] = std::from_chars(scalar.text.data(), end, value);
  if (scalar.is_string || failure != std::errc{} || at != end) return std::nullopt;
  if (!std::isfinite(value) || value < 0 || value > most) return std::nullopt;
  return value;
}

std::optional<std::int64_t> count(const JsonScanner::Scalar& scalar) {
  constexpr double kMost = 9e18;
  const auto value = amount(scalar, kMost);
  if (!value) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::optional<ProgressKind> kind_of(std::string_view word) {
  if (word == "phase_start") return ProgressKind::phase_start;
  if (word == "phase_end") return ProgressKind::phase_end;
  if (word == "progress") return ProgressKind::progress;
  return std::nullopt;
}

void take(ProgressEvent& event, std::string_view key, const JsonScanner::Scalar& scalar) {
  if (key == "phase" && scalar.is_string) event.phase = scalar.text;
  if (key == "percent") event.percent = amount(scalar, 100);
  if (key == "bytes_downloaded" || key == "bytes") event.bytes_downloaded = count(scalar);
  if (key == "bytes_total") event.bytes_total = count(scalar);
  if (key == "items_completed" || key == "items") event.items_completed = count(scalar);
  if (key == "items_total") event.items_total = count(scalar);
}

}  // namespace

std::optional<ProgressEvent> parse_progress(std::string_view line) {
  if (line.starts_with(kProgressPrefix)) line.remove_prefix(kProgressPrefix.size());
  ProgressEvent event;
  std::optional<ProgressKind> kind;
  JsonScanner scanner{line};
  const bool is_object =
      scanner.object([&](const std::string& key, const JsonScanner::Scalar& scalar) {
        if ((key == "type" || key == "event") && scalar.is_string) kind = kind_of(scalar.text);
        take(event, key, scalar);
      });
  if (!is_object || !kind) return std::nullopt;
  if (*kind != ProgressKind::progress && event.phase.empty()) return std::nullopt;
  event.kind = *kind;
  return event;
}

}  // namespace shelduck::front
