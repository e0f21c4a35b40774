#include "shelduck/wire/serial_message.hpp"

#include <algorithm>
#include <array>

#include "shelduck/wire/rules.hpp"

namespace shelduck::wire {
namespace {

struct MessageForm {
  std::string_view word;  // with its space
  SerialKind kind;
  std::size_t values;
};

constexpr std::array<MessageForm, 4> kForms{{{"SENSOR_BATCH ", SerialKind::batch, 1},
                                             {"SENSOR_RECORD ", SerialKind::record, 4},
                                             {"BATCH_COMPLETE ", SerialKind::complete, 1},
                                             {"SENSOR_DATA ", SerialKind::half, 2}}};

// Of the longest message, and one more to see that there is too much.
constexpr std::size_t kWordsMax = 7;

std::size_t next_message(std::string_view line, std::size_t from) noexcept {
  std::size_t first = std::string_view::npos;
  for (const MessageForm& form : kForms) first = std::min(first, line.find(form.word, from));
  return first;
}

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view kBetween = " \t\r";
  std::vector<std::string_view> words;
  while (words.size() < kWordsMax) {
    text.remove_prefix(std::min(text.find_first_not_of(kBetween), text.size()));
    if (text.empty()) break;
    words.push_back(text.substr(0, text.find_first_of(kBetween)));
    text.remove_prefix(words.back().size());
  }
  return words;
}

bool is_number_word(std::string_view word) noexcept {
  if (word.starts_with('-')) word.remove_prefix(1);
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool are_values(const SerialMessage& message) noexcept {
  auto first = message.values.begin();
  if (message.kind == SerialKind::half) {
    if (*first != "TEMP" && *first != "HUM") return false;
    ++first;
  }
  return std::all_of(first, message.values.end(), is_number_word);
}

std::optional<SerialMessage> message_of(const MessageForm& form, std::string_view rest) {
  auto words = words_of(rest);
  const std::size_t least = 1 + form.values;
  if (words.size() < least || words.size() > least + 1) return std::nullopt;
  SerialMessage message{.kind = form.kind};
  const auto address = parse_address(words[0]);
  if (!address) return std::nullopt;
  message.address = *address;
  if (words.size() > least) {
    message.device = parse_address(words[1]);
    if (!message.device) return std::nullopt;
  }
  message.values.assign(words.end() - static_cast<std::ptrdiff_t>(form.values), words.end());
  if (!are_values(message)) return std::nullopt;
  return message;
}

}  // namespace

std::vector<std::string_view> split_messages(std::string_view line) {
  std::vector<std::string_view> messages;
  for (std::size_t at = next_message(line, 0); at != std::string_view::npos;) {
    const std::size_t next = next_message(line, at + 1);
    messages.push_back(line.substr(at, next - at));
    at = next;
  }
  return messages;
}

std::optional<SerialMessage> parse_message(std::string_view text) {
  for (const MessageForm& form : kForms) {
    if (text.starts_with(form.word)) return message_of(form, text.substr(form.word.size()));
  }
  return std::nullopt;
}

}  // namespace shelduck::wire
