#include "shelduck/store/statement.hpp"

#include <cmath>
#include <string>
#include <type_traits>
#include <variant>

#include "shelduck/core/utf8.hpp"
#include "shelduck/store/engine.hpp"

// The header calls it deprecated, and leaves it out; nothing else streams, and it is exported.
extern "C" duckdb_state duckdb_execute_prepared_streaming(duckdb_prepared_statement statement,
                                                          duckdb_result* result);

namespace shelduck::store {

namespace detail {

namespace {

struct Binder {
  duckdb_prepared_statement statement;
  idx_t index;

  duckdb_state operator()(std::monostate) const { return duckdb_bind_null(statement, index); }
  duckdb_state operator()(bool value) const { return duckdb_bind_boolean(statement, index, value); }
  duckdb_state operator()(std::int64_t value) const {
    return duckdb_bind_int64(statement, index, value);
  }
  duckdb_state operator()(std::uint64_t value) const {
    return duckdb_bind_uint64(statement, index, value);
  }
  duckdb_state operator()(double value) const {
    return duckdb_bind_double(statement, index, value);
  }
  duckdb_state operator()(std::string_view value) const {
    return duckdb_bind_varchar_length(statement, index, value.data(), value.size());
  }
  duckdb_state operator()(Instant value) const {
    return duckdb_bind_timestamp_tz(statement, index, {value.time_since_epoch().count()});
  }
  duckdb_state operator()(const Uuid& value) const {
    duckdb_uhugeint number{0, 0};
    for (std::size_t i = 0; i < 8; ++i) {
      number.upper = number.upper << 8U | value.bytes[i];
      number.lower = number.lower << 8U | value.bytes[i + 8];
    }
    const ValueHandle made{duckdb_create_uuid(number)};
    return duckdb_bind_value(statement, index, made.get());
  }
  duckdb_state operator()(Bytes value) const {
    return duckdb_bind_blob(statement, index, value.data(), value.size());
  }
};

}  // namespace

void require_storable(const Parameter& value, std::string_view where) {
  if (const double* number = std::get_if<double>(&value.value());
      number != nullptr && !std::isfinite(*number)) {
    throw Error{ErrorKind::invalid_input,
                "a number for " + std::string(where) + " is not finite",
                {.field = std::string(where),
                 .value = std::to_string(*number),
                 .rule = "finite, or null for 'not measured'"}};
  }
  if (const std::string_view* text = std::get_if<std::string_view>(&value.value());
      text != nullptr && !is_valid_utf8(*text)) {
    throw Error{
        ErrorKind::invalid_input,
        "a text for " + std::string(where) + " is not UTF-8",
        {.field = std::string(where), .value = valid_utf8(text->substr(0, 100)), .rule = "UTF-8"}};
  }
}

StatementImpl::StatementImpl(ConnectionImpl& owner, std::string_view text)
    : connection(&owner), sql(text) {
  owner.require_usable();
  if (duckdb_prepare(owner.handle.get(), sql.c_str(), handle.out()) != DuckDBSuccess) {
    const char* message = duckdb_prepare_error(handle.get());
    owner.fail(parse_engine_error(message != nullptr ? message : "cannot prepare"), sql);
  }
}

std::size_t StatementImpl::parameters() const { return duckdb_nparams(handle.get()); }

Result StatementImpl::execute(std::span<const Parameter> values, Delivery delivery) {
  connection->require_usable();
  if (values.size() != parameters()) {
    connection->mark_failed();
    throw Error{ErrorKind::bug, "a statement with " + std::to_string(parameters()) +
                                    " parameters was given " + std::to_string(values.size()) +
                                    ": " + sql};
  }
  duckdb_clear_bindings(handle.get());
  for (std::size_t i = 0; i < values.size(); ++i) {
    require_storable(values[i], "parameter " + std::to_string(i + 1));
    if (std::visit(Binder{handle.get(), i + 1}, values[i].value()) != DuckDBSuccess) {
      const char* message = duckdb_prepare_error(handle.get());
      connection->fail({DUCKDB_ERROR_INVALID_INPUT, message != nullptr ? message : "cannot bind"},
                       sql);
    }
  }
  auto impl = std::make_unique<ResultImpl>();
  const auto send =
      delivery == Delivery::streamed ? duckdb_execute_prepared_streaming : duckdb_execute_prepared;
  if (send(handle.get(), &impl->result) != DuckDBSuccess) {
    connection->fail({duckdb_result_error_type(&impl->result), duckdb_result_error(&impl->result)},
                     sql);
  }
  impl->describe();
  return Result{std::move(impl)};
}

}  // namespace detail

Statement::Statement(Connection& connection, std::string_view sql)
    : impl_(std::make_unique<detail::StatementImpl>(connection.impl(), sql)) {
  if (impl_->parameters() == 0) {
    throw Error{ErrorKind::bug,
                "a statement without parameters must not be kept, its plan can go stale: " +
                    std::string(sql)};
  }
}
Statement::Statement(Statement&&) noexcept = default;
Statement& Statement::operator=(Statement&&) noexcept = default;
Statement::~Statement() = default;

Result Statement::query(std::span<const Parameter> parameters) {
  return impl_->execute(parameters);
}

Result Statement::query(std::initializer_list<Parameter> parameters) {
  return impl_->execute({parameters.begin(), parameters.size()});
}

std::int64_t Statement::execute(std::span<const Parameter> parameters) {
  return query(parameters).rows_changed();
}

std::int64_t Statement::execute(std::initializer_list<Parameter> parameters) {
  return query(parameters).rows_changed();
}

}  // namespace shelduck::store
