// Document is an answer before it is printed: the tree of values that JSON, NDJSON, CSV and tables
// are made of. Domains build it from their structs; only the printers below know a format.
//
//   Document run = Document::object();
//   run.set("run_id", to_string(id)).set("executions", 4).set("end_time", nullptr);
//
// Objects keep the order in which members were set. Numbers are finite or null: set() turns NaN and
// infinity into null, which means "not measured" everywhere.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck {

class Document {
 public:
  using Array = std::vector<Document>;
  using Member = std::pair<std::string, Document>;
  using Object = std::vector<Member>;

  Document() = default;  // null
  // NOLINTBEGIN(google-explicit-constructor): a document is written like a literal.
  Document(std::nullptr_t) {}
  Document(bool value) : value_(value) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Document(T value) : value_(static_cast<std::int64_t>(value)) {}
  Document(double value);
  Document(std::string value) : value_(std::move(value)) {}
  Document(std::string_view value) : value_(std::string(value)) {}
  Document(const char* value) : value_(std::string(value)) {}
  Document(Instant value) : value_(to_string(value)) {}
  Document(Seconds value) : Document(value.count()) {}
  Document(const Uuid& value) : value_(to_string(value)) {}
  template <class Tag>
  Document(const Id<Tag>& value) : value_(to_string(value)) {}
  template <class T>
  Document(const std::optional<T>& value) {
    if (value) *this = Document(*value);
  }
  Document(Array value) : value_(std::move(value)) {}
  // NOLINTEND(google-explicit-constructor)

  [[nodiscard]] static Document object() { return Document{Object{}}; }
  [[nodiscard]] static Document array() { return Document{Array{}}; }

  // Of an object: adds a member, or replaces the one of that name.
  Document& set(std::string_view name, Document value);
  // Of an array.
  Document& add(Document element);

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(value_); }
  [[nodiscard]] const bool* boolean() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* integer() const { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const double* number() const { return std::get_if<double>(&value_); }
  [[nodiscard]] const std::string* text() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const Array* elements() const { return std::get_if<Array>(&value_); }
  [[nodiscard]] const Object* members() const { return std::get_if<Object>(&value_); }

  // Of an object: the member, or null where there is none.
  [[nodiscard]] const Document* find(std::string_view name) const;

  bool operator==(const Document&) const = default;

 private:
  explicit Document(Object value) : value_(std::move(value)) {}

  std::variant<std::monostate, bool, std::int64_t, double, std::string, Array, Object> value_;
};

// RFC 8259, one line, shortest numbers that read back equal; bytes that are not UTF-8 become
// U+FFFD.
[[nodiscard]] std::string to_json(const Document& document);

// The same, indented by two spaces, for people who look at JSON.
[[nodiscard]] std::string to_pretty_json(const Document& document);

// One field of RFC 4180: quoted where it must be; null is the empty field, containers are JSON.
[[nodiscard]] std::string to_csv_field(const Document& value);

}  // namespace shelduck
