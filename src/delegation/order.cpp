#include "shelduck/delegation/order.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "shelduck/core/error.hpp"
#include "shelduck/delegation/frame.hpp"

namespace shelduck::delegation {
namespace {

using commands::Terminal;
using commands::ValueType;

constexpr std::size_t kFixedTexts = 10;

std::string absolute_text(const std::string& text) {
  return std::filesystem::absolute(text).lexically_normal().string();
}

// What a configuration file wants of new databases is nothing to who has one.
bool is_for_new_files(const std::string& name, const commands::Value& value) {
  return name == "backend" && value.origin.find('/') != std::string::npos;
}

void add_option(const commands::Command& command, const std::string& name,
                const commands::Value& value, std::vector<std::string>& words) {
  const commands::Option* option = commands::find_option(command, name);
  if (option == nullptr || name == "db" || value.origin == "default" ||
      is_for_new_files(name, value)) {
    return;
  }
  for (const std::string& text : value.texts) {
    const std::string shown = option->type == ValueType::path ? absolute_text(text) : text;
    words.push_back("--" + name + "=" + shown);
  }
}

Error broken() {
  return Error{ErrorKind::invalid_input,
               "what a caller sent to the server is no command",
               {.field = "order", .rule = "as this version writes it"}};
}

constexpr std::array<std::string_view, 4> kPurposes{"act", "plan", "ask", "outcome"};

template <class Word>
Word word_of(const std::string& text, std::span<const std::string_view> words) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) throw broken();
  return static_cast<Word>(found - words.begin());
}

template <class Word>
Word word_of(const std::string& text, std::string_view first, std::string_view second) {
  return word_of<Word>(text, std::array{first, second});
}

commands::OutputFormat format_of(const std::string& text) {
  constexpr std::string_view kFormats = "0123";
  const std::size_t at = text.size() == 1 ? kFormats.find(text) : std::string_view::npos;
  if (at == std::string_view::npos) throw broken();
  return static_cast<commands::OutputFormat>(at);
}

std::size_t width_of(const std::string& text) {
  std::size_t width = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), width);
  if (failure != std::errc{} || end != text.data() + text.size()) throw broken();
  return width;
}

}  // namespace

std::vector<std::string> words_of(const commands::ParsedCommand& resolved) {
  std::vector<std::string> words;
  std::string_view path = resolved.command->path;
  while (!path.empty()) {
    const std::string_view word = path.substr(0, path.find(' '));
    words.emplace_back(word);
    path.remove_prefix(std::min(word.size() + 1, path.size()));
  }
  for (const auto& [name, value] : resolved.options) {
    add_option(*resolved.command, name, value, words);
  }
  words.emplace_back("--");
  for (const commands::Positional& positional : resolved.command->positionals) {
    for (const std::string& text : resolved.positional_list(positional.name)) {
      words.push_back(positional.type == ValueType::path ? absolute_text(text) : text);
    }
  }
  return words;
}

std::string encode(const Order& order) {
  const Terminal& terminal = order.terminal;
  std::vector<std::string> texts{
      order.database,
      order.run_id,
      order.input,
      order.files == Files::taken ? "files" : "",
      order.error_form == commands::ErrorForm::json ? "json" : "text",
      std::string(kPurposes[static_cast<std::size_t>(order.purpose)]),
      std::string(terminal.reader == Terminal::Reader::person ? "person" : "program") +
          (terminal.color == Terminal::Color::on ? " color" : " plain"),
      std::to_string(static_cast<int>(terminal.format)),
      std::to_string(terminal.width),
      order.command_id};
  texts.insert(texts.end(), order.words.begin(), order.words.end());
  return encode_texts(texts);
}

Order decode_order(std::string_view payload) {
  std::vector<std::string> texts = decode_texts(payload);
  if (texts.size() < kFixedTexts) throw broken();
  const std::string& shown = texts[6];
  const std::size_t blank = std::min(shown.find(' '), shown.size() - 1);
  Order order{.database = texts[0],
              .words = {texts.begin() + kFixedTexts, texts.end()},
              .run_id = texts[1],
              .error_form = word_of<commands::ErrorForm>(texts[4], "text", "json"),
              .purpose = word_of<Purpose>(texts[5], kPurposes),
              .input = std::move(texts[2]),
              .command_id = texts[9],
              .files = word_of<Files>(texts[3], "", "files")};
  order.terminal = {
      .reader = word_of<Terminal::Reader>(shown.substr(0, blank), "program", "person"),
      .format = format_of(texts[7]),
      .width = width_of(texts[8]),
      .color = word_of<Terminal::Color>(shown.substr(blank + 1), "plain", "color")};
  return order;
}

}  // namespace shelduck::delegation
