#include "shelduck/store/service.hpp"

#include <utility>

#include "shelduck/store/service_desk.hpp"

namespace shelduck::store {

Service::Service(const std::filesystem::path& database, const Domain& domain,
                 const OpenOptions& options, ServiceOptions service)
    : desk_(std::make_unique<Desk>(database, domain, options, std::move(service))) {}

Service::~Service() {
  while (!desk_->stop(Seconds{0})) desk_->wait_for_opening();
}

void Service::ask(Question question) { desk_->ask(std::move(question)); }

void Service::administer(Administration administration) {
  desk_->administer(std::move(administration));
}

void Service::record(Recording recording) { desk_->record(std::move(recording)); }

void Service::append(std::span<const Record> records) { desk_->append(records); }

void Service::announce(const std::string& socket) { desk_->announce(socket); }

Service::State Service::state() const { return desk_->state(); }

bool Service::stop(Seconds patience) { return desk_->stop(patience); }

}  // namespace shelduck::store
