// Handler of `shelduck history train`.
#pragma once

#include "shelduck/cli/answer.hpp"
#include "shelduck/cli/request.hpp"
#include "shelduck/store/store.hpp"

namespace shelduck::cli {

Answer train_history(const Request& request, store::Store& store);

}  // namespace shelduck::cli
