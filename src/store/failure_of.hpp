// What the threads of a Service make of an action that fails: an Error for whoever asked. Private
// to the store.
#pragma once

#include <new>
#include <optional>
#include <string>

#include "shelduck/core/error.hpp"

namespace shelduck::store::detail {

[[nodiscard]] inline Error busy(const std::string& reason) {
  return Error{ErrorKind::busy, reason, {.hint = "try again later"}};
}

[[nodiscard]] inline Error stopped() { return Error{ErrorKind::cancelled, "the server stops"}; }

// What went wrong in `action`; a thread of the service survives everything.
template <class Action>
[[nodiscard]] std::optional<Error> failure_of(const Action& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error{ErrorKind::exhausted, "out of memory"};
  } catch (const std::exception& error) {
    return Error{ErrorKind::bug, std::string("unexpected: ") + error.what()};
  } catch (...) {
    return Error{ErrorKind::bug, "unexpected, and no exception of the standard library"};
  }
  return std::nullopt;
}

}  // namespace shelduck::store::detail
