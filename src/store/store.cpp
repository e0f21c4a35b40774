#include "shelduck/store/store.hpp"

#include <utility>

#include "shelduck/store/owner.hpp"

namespace shelduck::store {

Store Store::open(const std::filesystem::path& database, const Domain& domain,
                  OpenOptions options) {
  return Store{std::make_unique<detail::Owner>(database, domain, std::move(options))};
}

Store::Store(std::unique_ptr<detail::Owner> owner) noexcept : owner_(std::move(owner)) {}
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;
Store::~Store() = default;

ApplyReport Store::apply() { return owner_->apply(); }

ApplyReport Store::catch_up() { return owner_->catch_up(); }

Version Store::version() { return owner_->session().version(); }

ApplyReport Store::apply_imports(std::uint64_t frames_max) {
  return owner_->apply_imports(frames_max);
}

Connection& Store::connection() { return owner_->session().connection(); }

Connection Store::connect() {
  Connection connection{owner_->session().database()};
  const std::string& staging = owner_->domain().staging_sql;
  if (!staging.empty()) connection.run_script(staging);
  return connection;
}

void Store::interrupt() noexcept { owner_->interrupt(); }

ApplyReport Store::write(std::span<const Record> records) { return owner_->write(records); }

void Store::append(std::span<const Record> records) { owner_->append(records); }

void Store::try_journal() { owner_->try_journal(); }

void Store::announce(const std::string& socket) { owner_->announce(socket); }

FinishReport Store::finish(Seconds budget) { return owner_->finish(budget); }

void Store::checkpoint() { owner_->session().database().checkpoint(); }

void Store::drop_caches() { owner_->drop_caches(); }

void Store::close() { owner_->close(); }

const Uuid& Store::identity() const { return owner_->identity(); }

const std::filesystem::path& Store::path() const { return owner_->path(); }

}  // namespace shelduck::store
