#include "shelduck/interop/model_state_json.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <nlohmann/json.hpp>

#include "shelduck/core/document.hpp"
#include "shelduck/core/error.hpp"

namespace shelduck::interop {
namespace {

[[noreturn]] void refuse_state(const std::string& field, const std::string& value,
                               const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "the model's " + field + " is refused: " + rule,
              {.field = field, .value = value, .rule = rule, .hint = "train the model again"}};
}

// Reads as it goes, without a tree of the text: a history holds a state per plugin and target.
class StateReader final : public nlohmann::json_sax<nlohmann::json> {
 public:
  forecast::ModelState state{.version = 0};
  bool has_format = false;

  bool null() override { return add(std::numeric_limits<double>::quiet_NaN(), "null"); }
  bool boolean(bool value) override { refuse_here(value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return add(static_cast<double>(value), std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return add(static_cast<double>(value), std::to_string(value));
  }
  bool number_float(number_float_t value, const string_t& text) override {
    return add(value, text);
  }
  bool binary(binary_t& /*value*/) override { refuse_here("bytes"); }

  bool string(string_t& text) override {
    if (part_ == "words" && depth_ == 2) {
      if (!state.words.emplace(name_, text).second) refuse_state(name_, text, "said once");
    } else if (part_ == "format" && depth_ == 1) {
      has_format = text == kModelFormat;
      if (!has_format) refuse_state("format", text, std::string{kModelFormat});
    } else {
      refuse_here(text);
    }
    return true;
  }

  bool start_object(std::size_t /*elements*/) override {
    const bool is_part = depth_ == 1 && (part_ == "arrays" || part_ == "words");
    if (depth_ > 0 && !is_part) refuse_here("an object");
    ++depth_;
    return true;
  }
  bool end_object() override {
    --depth_;
    return true;
  }
  bool key(string_t& name) override {
    if (depth_ == 1) {
      part_ = name;
      constexpr std::array<std::string_view, 4> kParts{"format", "version", "arrays", "words"};
      if (std::ranges::find(kParts, name) == kParts.end()) {
        refuse_state(name, name, "one of format, version, arrays and words");
      }
    } else {
      name_ = name;
    }
    return true;
  }
  bool start_array(std::size_t /*elements*/) override {
    if (part_ != "arrays" || depth_ != 2) refuse_here("a list");
    const auto [at, is_new] = state.arrays.try_emplace(name_);
    if (!is_new) refuse_state(name_, "a list", "said once");
    list_ = &at->second;
    ++depth_;
    return true;
  }
  bool end_array() override {
    list_ = nullptr;
    --depth_;
    return true;
  }
  bool parse_error(std::size_t position, const std::string& /*last*/,
                   const nlohmann::detail::exception& /*error*/) override {
    refuse_state("text", "byte " + std::to_string(position), "JSON");
  }

 private:
  bool add(double number, const std::string& text) {
    if (list_ != nullptr) {
      list_->push_back(number);
    } else if (part_ == "version" && depth_ == 1 && number >= 1 && number <= 1e9) {
      state.version = static_cast<std::size_t>(number);
    } else {
      refuse_here(text);
    }
    return true;
  }
  // What does not belong where it stands.
  [[noreturn]] void refuse_here(const std::string& text) const {
    const std::string& place = depth_ < 2 ? part_ : name_;
    refuse_state(place.empty() ? "text" : place, text,
                 "an object of format, version, arrays of numbers and words");
  }

  int depth_ = 0;
  std::string part_;
  std::string name_;
  std::vector<double>* list_ = nullptr;
};

}  // namespace

std::string model_state_json(const forecast::ModelState& state) {
  Document arrays = Document::object();
  for (const auto& [name, numbers] : state.arrays) {
    arrays.set(name, Document::Array{numbers.begin(), numbers.end()});
  }
  Document words = Document::object();
  for (const auto& [name, word] : state.words) words.set(name, word);
  Document whole = Document::object();
  whole.set("format", kModelFormat).set("version", state.version);
  whole.set("arrays", std::move(arrays)).set("words", std::move(words));
  return to_json(whole);
}

forecast::ModelState parse_model_state(std::string_view json) {
  StateReader reader;
  nlohmann::json::sax_parse(json, &reader);
  if (!reader.has_format) refuse_state("format", "", std::string{kModelFormat});
  if (reader.state.version == 0) refuse_state("version", "", "a whole number from 1");
  return std::move(reader.state);
}

}  // namespace shelduck::interop
