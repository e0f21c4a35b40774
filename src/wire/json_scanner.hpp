// JsonScanner walks over a JSON text once, without building a tree: values are tokens that lie in
// the text, and what is inside of a list or an object is checked and skipped.
//
//   JsonScanner scanner{R"({"flags": 3})"};
//   scanner.take('{');
//   scanner.text();   // flags
//
// RFC 8259, with one widening: NaN, Infinity and -Infinity are tokens of their own, because many
// programs write them; no rule takes them, but the row beside them stays readable. UTF-8 is the
// caller's to check. Failure: a token of kind `fault`, after which nothing more is to be read.
// Private to this room. The text must outlive scanner and tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shelduck::wire {

enum class JsonKind : std::uint8_t { fault, text, number, not_a_number, truth, null, container };

struct JsonToken {
  JsonKind kind = JsonKind::fault;
  bool has_escapes = false;    // of a text
  std::string_view written{};  // of a text: what is between its quotes
};

class JsonScanner {
 public:
  // Lists and objects in one another.
  static constexpr int kDepthMax = 64;

  explicit JsonScanner(std::string_view text) noexcept : text_(text) {}

  void skip_space() noexcept;

  // White space is skipped before each of these.
  [[nodiscard]] bool take(char wanted) noexcept;
  [[nodiscard]] bool is_at(char wanted) noexcept;
  [[nodiscard]] bool is_at_end() noexcept;
  [[nodiscard]] JsonToken text() noexcept;
  [[nodiscard]] JsonToken value() noexcept { return value(0); }

  [[nodiscard]] std::size_t position() const noexcept { return at_; }

 private:
  [[nodiscard]] JsonToken value(int depth) noexcept;
  [[nodiscard]] JsonToken number() noexcept;
  [[nodiscard]] JsonToken word(std::string_view word, JsonKind kind) noexcept;
  [[nodiscard]] JsonToken container(int depth) noexcept;
  [[nodiscard]] bool skip_members(char end, int depth) noexcept;
  [[nodiscard]] bool skip_escape() noexcept;
  [[nodiscard]] bool skip_digits() noexcept;
  [[nodiscard]] bool has(std::size_t at, char wanted) const noexcept {
    return at < text_.size() && text_[at] == wanted;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// What a text token stands for. A half of a surrogate pair becomes U+FFFD.
[[nodiscard]] std::string unescaped(const JsonToken& text);

}  // namespace shelduck::wire
