#include "shelduck/server/serve.hpp"

#include <array>

#include "shelduck/commands/folders.hpp"
#include "shelduck/core/error.hpp"
#include "shelduck/server/command_token.hpp"
#include "shelduck/server/profile.hpp"
#include "shelduck/server/served_database.hpp"
#include "shelduck/server/serving.hpp"

namespace shelduck::server {
namespace {

cli::Answer serve(const cli::Request& request) {
  take_memory_as(profile_named(request.arguments.value("profile").value()));
  for (const NamedDatabase& named : named_databases(request)) {
    commands::make_private_folders(named.path.parent_path());
  }
  Serving serving{request};
  serving.run();
  if (const auto failure = serving.failure()) throw Error{*failure};
  return {.shape = cli::Answer::Shape::written, .document = {}};
}

constexpr std::array kBindings{cli::Binding{"serve", &serve},
                               cli::Binding{"token add", &add_token}};

}  // namespace

std::span<const cli::Binding> bindings() { return kBindings; }

}  // namespace shelduck::server
