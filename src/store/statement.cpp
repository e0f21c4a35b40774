#include "shelduck/store/statement.hpp"

#include <cmath>
#include <string>
#include <variant>

#include "shelduck/core/utf8.hpp"
#include "shelduck/store/engine.hpp"

namespace shelduck::store {

namespace detail {

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
  engine = owner.engine->prepare(sql);
}

StatementImpl::~StatementImpl() = default;

std::size_t StatementImpl::parameters() const { return engine->parameters(); }

Result StatementImpl::execute(std::span<const Parameter> values, Delivery delivery) {
  connection->require_usable();
  if (values.size() != parameters()) {
    connection->mark_failed();
    throw Error{ErrorKind::bug, "a statement with " + std::to_string(parameters()) +
                                    " parameters was given " + std::to_string(values.size()) +
                                    ": " + sql};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    require_storable(values[i], "parameter " + std::to_string(i + 1));
  }
  return Result{engine->execute(values, delivery)};
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
