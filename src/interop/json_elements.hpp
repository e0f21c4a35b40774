// JsonElements cuts a stream that holds a JSON list into the texts of its elements, one at a time,
// so that a file of any length needs the memory of its largest element only.
//
//   JsonElements elements{read};
//   while (const auto element = elements.next()) use(element->text);
//   if (!elements.damage().empty()) ...   // a torn tail, or no list at all
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace shelduck::interop {

// Fills at most the given space, returns what it filled; 0 at the end.
using ByteReader = std::function<std::size_t(char* space, std::size_t size)>;

struct JsonElement {
  std::string text;        // cut at kElementBytesMax, and then no JSON any more
  std::uint64_t line = 0;  // where it begins, from 1
};

class JsonElements {
 public:
  static constexpr std::size_t kElementBytesMax = 64U << 20U;

  explicit JsonElements(ByteReader read);

  // Nothing after the last whole element.
  [[nodiscard]] std::optional<JsonElement> next();

  // Why reading ended before the list did; empty where it did not.
  [[nodiscard]] const std::string& damage() const noexcept { return damage_; }
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  [[nodiscard]] std::optional<char> peek();
  [[nodiscard]] std::optional<char> get();
  [[nodiscard]] std::optional<char> next_significant();
  [[nodiscard]] bool begin_list();
  // Both append up to the last character, and are false where the stream ends inside.
  [[nodiscard]] bool read_string(std::string& text);
  [[nodiscard]] bool read_element(char first, std::string& text);

  ByteReader read_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_read_ = 0;
  bool has_begun_ = false;
  bool is_over_ = false;
  std::string damage_;
};

}  // namespace shelduck::interop
