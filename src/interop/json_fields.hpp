// JsonFields reads the members of one JSON object with the rules of an import: a member that is
// missing or null is empty, a wrong type or a number out of range is refused by name.
//
//   const JsonFields plugin{json, "plugins[2]"};
//   end.exit_code = plugin.integer("exit_code");
//
// Threads: any. Failure: Error(invalid_input) that names field, value and rule. The json must
// outlive it. Private to this room.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/core/time.hpp"
#include "shelduck/core/uuid.hpp"

namespace shelduck::interop {

class JsonFields {
 public:
  // `place` stands before the names of fields in messages; empty at the top.
  // Throws Error where `json` is no object.
  JsonFields(const nlohmann::json& json, std::string place);

  [[nodiscard]] bool has(std::string_view name) const;  // there and not null

  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> amount(std::string_view name) const;  // not negative
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<bool> truth(std::string_view name) const;
  [[nodiscard]] std::optional<Uuid> uuid(std::string_view name) const;
  [[nodiscard]] std::optional<Instant> instant(std::string_view name) const;  // with its offset

  // Whatever it is, as one line of JSON; a text as it is.
  [[nodiscard]] std::string word(std::string_view name) const;

  // A list; an empty one where the member is missing or null.
  [[nodiscard]] const nlohmann::json& list(std::string_view name) const;
  // The place of an element of that list.
  [[nodiscard]] std::string place_of(std::string_view name, std::size_t index) const;

  // Of a member that must be there: refused where `value` is empty.
  template <class T>
  [[nodiscard]] T need(std::string_view name, std::optional<T> value) const {
    if (!value) refuse(name, "a value is needed");
    return *std::move(value);
  }

  [[noreturn]] void refuse(std::string_view name, std::string_view rule) const;

 private:
  [[nodiscard]] const nlohmann::json* find(std::string_view name) const;

  const nlohmann::json& json_;
  std::string place_;
};

}  // namespace shelduck::interop
