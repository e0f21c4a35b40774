#include "shelduck/cli/series_request.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <memory>
#include <utility>

#include "shelduck/cli/measured_bytes.hpp"
#include "shelduck/commands/value.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/core/parallel.hpp"
#include "shelduck/interop/logs/byte_source.hpp"
#include "shelduck/interop/sorted_rows.hpp"
#include "shelduck/interop/table_rows.hpp"

namespace shelduck::cli {
namespace {

// Beyond it an interval says more than errors of series can.
constexpr double kLevelMax = 0.9999 + 1e-9;

std::string all_names() {
  std::string names;
  for (const forecast::RegularModel model : forecast::kRegularModels) {
    names += (names.empty() ? "" : ", ") + std::string(to_string(model));
  }
  for (const forecast::ModelKind model : kRunModels) {
    names += ", " + std::string(to_string(model));
  }
  return names;
}

std::string names_that_know() {
  std::string names;
  for (const forecast::RegularModel model : forecast::kRegularModels) {
    if (knows_covariates(model)) names += std::string(to_string(model)) + ", ";
  }
  return names + "regression, recent_median";
}

std::string names_within_mstl() {
  std::string names;
  for (const forecast::RegularModel model : forecast::kRegularModels) {
    if (!stands_within_mstl(model)) continue;
    names += (names.empty() ? "" : ", ") + std::string(to_string(model));
  }
  return names;
}

double level_named(const std::string& word) {
  const auto level = commands::read_level(word);
  if (level && *level <= kLevelMax) return *level;
  throw Error{
      ErrorKind::invalid_input,
      "'" + word + "' is no level",
      {.field = "--level",
       .value = word,
       .rule = "1 to 99.99 percent, or a fraction from 0.001 to 0.9999; several with commas"}};
}

forecast::RegularModel model_named(std::string_view option, const std::string& name) {
  if (const auto model = forecast::parse_regular_model(name)) return *model;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' is no model",
              {.field = std::string(option),
               .value = name,
               .rule = "one of " + all_names() + ", or ensemble=a+b, or mstl=a"}};
}

forecast::RegularModel model_within_mstl(std::string_view option, const std::string& name) {
  const auto model = forecast::parse_regular_model(name);
  if (model && stands_within_mstl(*model)) return *model;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' does not stand within mstl",
              {.field = std::string(option),
               .value = "mstl=" + name,
               .rule = "mstl=NAME with one of " + names_within_mstl(),
               .hint = "mstl=theta"}};
}

// Where --id names a series, its column has a name of its own.
std::string_view id_option(const Request& request) {
  constexpr std::string_view kOwnName = "id-column";
  const bool is_apart = commands::find_option(*request.arguments.command, kOwnName) != nullptr;
  return is_apart ? kOwnName : "id";
}

// Rows that an engine makes, which is told when nobody waits for them any more.
class CancellableRows final : public interop::TextRows {
 public:
  CancellableRows(CancelToken& cancel, std::unique_ptr<interop::TextRows> rows)
      : rows_(std::move(rows)), hook_(cancel, [this] { rows_->interrupt(); }) {}

  const interop::TextRow* next() override { return rows_->next(); }
  [[nodiscard]] const std::string& name() const noexcept override { return rows_->name(); }
  [[nodiscard]] interop::RowPlace place() const noexcept override { return rows_->place(); }
  [[nodiscard]] std::optional<interop::ReadSoFar> read_so_far() const noexcept override {
    return rows_->read_so_far();
  }

 private:
  std::unique_ptr<interop::TextRows> rows_;
  CancelToken::Hook hook_;
};

[[noreturn]] void refuse_without_table(const std::string& name) {
  throw Error{
      ErrorKind::invalid_input,
      name + " is a DuckDB database, and no table of it is named",
      {.field = "TABLE", .rule = "a table or view of the database", .hint = name + " TABLE"}};
}

[[noreturn]] void refuse_covariate(const std::string& name, const std::string& rule) {
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' is no covariate",
              {.field = "--covariates",
               .value = name,
               .rule = rule,
               .hint = "--covariates temperature,holiday"}};
}

// From `at`, which is moved behind it.
std::string quoted_name(std::string_view text, std::size_t& at) {
  std::string name;
  for (++at; at < text.size(); ++at) {
    if (text[at] == '"') {
      ++at;
      const bool is_doubled = at < text.size() && text[at] == '"';
      if (!is_doubled) return name;
    }
    name += text[at];
  }
  refuse_covariate(std::string{text}, "a name with a quotation mark at both ends");
}

// Names as a line of CSV has them.
std::vector<std::string> names_of(std::string_view text) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') {
      names.push_back(quoted_name(text, at));
      if (at < text.size() && text[at] != ',') {
        refuse_covariate(std::string{text}, "a comma behind a quoted name");
      }
    } else {
      const std::size_t end = std::min(text.find(',', at), text.size());
      names.emplace_back(text.substr(at, end - at));
      at = end;
    }
  }
  if (text.ends_with(',')) names.emplace_back();
  return names;
}

std::vector<std::string> named_covariates(const Request& request) {
  const std::vector<std::string> names =
      names_of(request.arguments.value("covariates").value_or(""));
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name->empty()) refuse_covariate(*name, "names of columns with commas between them");
    if (std::find(names.begin(), name, *name) != name) {
      refuse_covariate(*name, "each column is named once");
    }
    for (const std::string_view other :
         {id_option(request), std::string_view{"time"}, std::string_view{"value"}}) {
      if (request.arguments.value(other) == *name) {
        refuse_covariate(*name, "a column besides the one that --" + std::string(other) + " names");
      }
    }
  }
  return names;
}

interop::SeriesColumns columns_of(const Request& request) {
  return {.id = request.arguments.value(id_option(request)).value(),
          .time = request.arguments.value("time").value(),
          .value = request.arguments.value("value").value(),
          .covariates = named_covariates(request)};
}

bool is_file_to_reread(const Request& request) {
  return std::filesystem::is_regular_file(request.paths.at("FILE").front());
}

std::unique_ptr<interop::TextRows> open_rows(const Request& request,
                                             const interop::SeriesColumns& columns) {
  const std::filesystem::path& path = request.paths.at("FILE").front();
  const std::string name = request.arguments.positional("FILE").value();
  const auto table = request.arguments.positional("TABLE");
  const interop::TableKind kind = interop::table_kind(path);
  if (!table && kind == interop::TableKind::database) refuse_without_table(name);
  if (!table && kind == interop::TableKind::none) return measured_csv(path, name);
  static_cast<void>(interop::logs::open_file(path.string()));  // says what is no file at all
  const interop::TableSource source{.file = std::filesystem::canonical(path),
                                    .table = table.value_or(""),
                                    .name = name,
                                    .temporary = request.temporary,
                                    .opening = request.opening};
  return std::make_unique<CancellableRows>(
      request.cancel, std::make_unique<interop::TableRows>(source, interop::columns_read(columns)));
}

// Of rows that are broken nobody says so: the first error tells. Where columns are at fault, no row
// is read for it.
bool are_rows_apart(const Request& request, const SeriesWork& work) {
  try {
    work.check_columns(open_series(request));
    const interop::SeriesColumns columns = columns_of(request);
    return are_series_apart(*open_rows(request, columns), columns);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input) throw;
    return false;
  }
}

}  // namespace

std::vector<std::string> covariates_of(const Request& request, std::span<const Method> methods) {
  std::vector<std::string> names = named_covariates(request);
  const bool is_used = std::ranges::any_of(methods, [](const Method& method) {
    return method.of_runs.has_value() || method.knows_covariates();
  });
  if (names.empty() || is_used) return names;
  throw Error{ErrorKind::invalid_input,
              "--covariates is given, but no model that is named uses them",
              {.field = "--covariates",
               .value = std::string(request.arguments.value("covariates").value()),
               .rule = "with one of " + names_that_know() + " among the models"}};
}

interop::SeriesFile open_series(const Request& request) {
  interop::SeriesColumns columns = columns_of(request);
  std::unique_ptr<interop::TextRows> rows = open_rows(request, columns);
  if (request.series_rows == SeriesRows::sorted) {
    interop::SortOptions options{.temporary = request.temporary,
                                 .check = [&request] { request.cancel.check(); }};
    rows = std::make_unique<CancellableRows>(
        request.cancel,
        std::make_unique<interop::SortedRows>(std::move(rows), columns, std::move(options)));
  }
  return {std::move(rows), std::move(columns)};
}

Answer on_whole_series(const Request& request, const SeriesWork& work) {
  try {
    return work.answer(request);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::invalid_input || !is_file_to_reread(request)) throw;
    if (!are_rows_apart(request, work)) throw;
  }
  Request sorted{request};
  sorted.series_rows = SeriesRows::sorted;
  Answer answer = work.answer(sorted);
  answer.notes.emplace_back("rows of a series do not stand together: all were sorted first");
  return answer;
}

void require_file_to_reread(const Request& request) {
  if (!std::filesystem::exists(request.paths.at("FILE").front())) return;
  if (is_file_to_reread(request)) return;
  const std::string name = request.arguments.positional("FILE").value();
  throw Error{ErrorKind::invalid_input,
              name + " cannot be read a second time",
              {.field = "FILE",
               .value = name,
               .rule = "a file: this is read more than once",
               .hint = "write what comes out of the pipe to a file first"}};
}

std::vector<std::string> words_of(std::string_view list, char separator) {
  std::vector<std::string> words;
  for (std::size_t from = 0; from < list.size();) {
    const std::size_t end = std::min(list.find(separator, from), list.size());
    words.emplace_back(list.substr(from, end - from));
    from = end + 1;
  }
  return words;
}

Method method_named(std::string_view option, const std::string& name) {
  constexpr std::string_view kOfNamed = "ensemble=";
  constexpr std::string_view kWithin = "mstl=";
  for (const forecast::ModelKind model : kRunModels) {
    if (name == to_string(model)) return {.name = name, .of_runs = model};
  }
  if (name.starts_with(kWithin)) {
    return {.name = name,
            .models = {forecast::RegularModel::mstl},
            .within = model_within_mstl(option, name.substr(kWithin.size()))};
  }
  if (!name.starts_with(kOfNamed)) {
    Method single{.name = name, .models = {model_named(option, name)}};
    if (single.models.front() == forecast::RegularModel::automatic) {
      single.of_runs = forecast::ModelKind::automatic;
    }
    return single;
  }
  Method method{.name = name, .models = {}};
  for (const std::string& member : words_of(std::string_view{name}.substr(kOfNamed.size()), '+')) {
    method.models.push_back(model_named(option, member));
  }
  if (!method.models.empty()) return method;
  throw Error{ErrorKind::invalid_input,
              "'" + name + "' names no members",
              {.field = std::string(option),
               .value = name,
               .rule = "models with + between them",
               .hint = "ensemble=exponential_smoothing+dotm"}};
}

std::span<const std::int64_t> pooling_times(std::span<const std::int64_t> times,
                                            interop::TimeKind kind) {
  return kind == interop::TimeKind::index ? std::span<const std::int64_t>{} : times;
}

std::vector<double> levels_of(const Request& request) {
  std::vector<double> levels;
  for (const std::string& word : words_of(request.arguments.value("level").value_or(""))) {
    const double level = level_named(word);
    const auto is_same = [&](double other) { return percent_of(other) == percent_of(level); };
    if (std::ranges::none_of(levels, is_same)) levels.push_back(level);
  }
  return levels;
}

forecast::IntervalMethod interval_method(const Request& request) {
  return request.arguments.value("interval") == "refit" ? forecast::IntervalMethod::refit
                                                        : forecast::IntervalMethod::fast;
}

double percent_of(double level) { return std::round(level * 1e9) / 1e7; }

std::string percent_text(double level) {
  const std::string text = to_json(Document{percent_of(level)});
  return text.ends_with(".0") ? text.substr(0, text.size() - 2) : text;
}

std::string level_word(double level) {
  std::string word = percent_text(level);
  std::ranges::replace(word, '.', '_');
  return word;
}

std::optional<Seconds> timeout_of(const Request& request) {
  const auto seconds = request.arguments.number("timeout");
  return seconds ? std::optional{Seconds{*seconds}} : std::nullopt;
}

std::size_t threads_of(const Request& request) {
  return size_option(request, "threads").value_or(usable_processors());
}

std::optional<std::size_t> size_option(const Request& request, std::string_view name) {
  const auto number = request.arguments.whole_number(name);
  if (!number) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

}  // namespace shelduck::cli
