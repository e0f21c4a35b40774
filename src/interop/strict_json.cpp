#include "shelduck/interop/strict_json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "shelduck/interop/recorded_json.hpp"

namespace shelduck::interop {
namespace {

// A body is flat, but for the sources of metrics and the waves of a plan.
constexpr int kDepthMax = 5;

[[noreturn]] void refuse_body(const std::string& field, const std::string& value,
                              const std::string& rule) {
  throw UnreadableBody{
      ErrorKind::invalid_input,
      "the body is refused: " + rule + (value.empty() ? std::string{} : " ('" + value + "')"),
      {.field = field, .value = value, .rule = rule}};
}

// Looks at each name and each opening while the text is read, before anything is built of it.
class Watch {
 public:
  bool operator()(int depth, nlohmann::json::parse_event_t event, const nlohmann::json& parsed) {
    if (event == nlohmann::json::parse_event_t::object_start ||
        event == nlohmann::json::parse_event_t::array_start) {
      if (depth >= kDepthMax) {
        refuse_body("body", "", "at most " + std::to_string(kDepthMax) + " levels deep");
      }
    }
    if (event == nlohmann::json::parse_event_t::object_start) names_.emplace_back();
    if (event == nlohmann::json::parse_event_t::object_end) names_.pop_back();
    if (event == nlohmann::json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!names_.back().insert(name).second)
        refuse_body(name, name, "each name stands there once");
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> names_;
};

}  // namespace

nlohmann::json parse_strictly(std::string_view text) {
  nlohmann::json body;
  try {
    Watch watch;
    body = nlohmann::json::parse(
        text, [&watch](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
          return watch(depth, event, parsed);
        });
  } catch (const nlohmann::json::parse_error& error) {
    refuse_body("body", "byte " + std::to_string(error.byte), "JSON in UTF-8");
  } catch (const nlohmann::json::exception&) {
    refuse_body("body", "", "JSON with numbers that are finite");
  }
  if (!body.is_object()) refuse_body("body", body.type_name(), "a JSON object");
  return body;
}

}  // namespace shelduck::interop
