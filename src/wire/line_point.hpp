// One line of the line protocol, cut into its parts; nothing is unescaped before it is asked for.
//
//   PointParser parser;
//   if (const auto fault = parser.parse("m,id=7 t=21.5,ok=t 1700000000"); !fault.empty()) ...
//   parser.point().tags[0].value;   // 7
//
//   measurement[,tag=value...] field=value[,field=value...] [timestamp]
//
// A backslash makes part of a name what would end it (comma and space; in tags and names of fields
// '=' too), and stands for itself elsewhere. Strings are in quotes and escape quotes and
// backslashes. Numbers: 1.5, 1i, 1u; t T true True TRUE and their opposites are truths.
// The parser keeps its space from line to line. Threads: one. Private to this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace shelduck::wire {

enum class FieldKind : std::uint8_t { number, truth, text };

struct PointTag {
  std::string_view key;
  std::string_view value;
};

struct PointField {
  std::string_view key;
  std::string_view value;  // a number without its suffix, a text without its quotes
  FieldKind kind = FieldKind::number;
};

// Where a line breaks a rule: the tag or field by its name, where it has one.
struct FaultyPart {
  std::string_view name;
  std::string_view value;
};

struct LinePoint {
  std::string_view measurement;
  std::vector<PointTag> tags;
  std::vector<PointField> fields;
  std::optional<std::int64_t> timestamp;
};

class PointParser {
 public:
  // Of tags and of fields.
  static constexpr std::size_t kPartsMax = 1024;

  // The rule that the line breaks; empty where it is a point. `line` has no end of line, and must
  // outlive the point.
  [[nodiscard]] std::string_view parse(std::string_view line);

  [[nodiscard]] const LinePoint& point() const noexcept { return point_; }

  // Of the line that is none.
  [[nodiscard]] const FaultyPart& faulty() const noexcept { return faulty_; }

 private:
  [[nodiscard]] std::string_view parse_tags();
  [[nodiscard]] std::string_view parse_fields();
  [[nodiscard]] std::string_view parse_timestamp();
  [[nodiscard]] std::string_view parse_value();
  [[nodiscard]] std::string_view parse_string();
  [[nodiscard]] std::string_view name(std::string_view ends);
  [[nodiscard]] bool take(char wanted) noexcept;
  void skip_spaces() noexcept;
  // The rule, with what breaks it: from a place to the end of its part.
  [[nodiscard]] std::string_view broken(std::string_view rule, std::string_view name,
                                        std::size_t from) noexcept;

  std::string_view line_;
  std::size_t at_ = 0;
  LinePoint point_;
  FaultyPart faulty_;
};

// What escapes a name or a tag's value; a measurement knows no '='.
inline constexpr std::string_view kMeasurementEscapes = ", ";
inline constexpr std::string_view kPartEscapes = ",= ";

[[nodiscard]] std::string unescaped(std::string_view written, std::string_view escapes);

// Whether `written` stands for `plain`.
[[nodiscard]] bool stands_for(std::string_view written, std::string_view plain,
                              std::string_view escapes);

// The end of the line that begins at `start`: its line feed, or the end of the body. Line feeds
// within strings belong to the line.
[[nodiscard]] std::size_t end_of_line(std::string_view body, std::size_t start) noexcept;

}  // namespace shelduck::wire
