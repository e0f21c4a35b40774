// A service on a new database of the toy domain, and what tests ask of it.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "shelduck/core/error.hpp"
#include "shelduck/store/service.hpp"
#include "shelduck/store/testing/temporary.hpp"
#include "shelduck/store/testing/toy_domain.hpp"

namespace shelduck::store {

using Numbers = std::map<std::int64_t, std::int64_t>;

class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest() { options_.purpose = Purpose::write; }

  Service& service() {
    if (!service_) service_.emplace(path_, domain_, options_, service_options_);
    return *service_;
  }

  // The answer of a question, or the error that it failed with.
  template <class Work>
  auto asked(Work work, Seconds patience = Seconds{30}) {
    using Answer = decltype(work(std::declval<Connection&>()));
    auto promise = std::make_shared<std::promise<Answer>>();
    service().ask({.work = [promise, work](Connection& rows) { promise->set_value(work(rows)); },
                   .failed =
                       [promise](const Error& error) {
                         promise->set_exception(std::make_exception_ptr(error));
                       },
                   .patience = patience});
    return promise->get_future();
  }

  std::future<Numbers> asked_numbers(Seconds patience = Seconds{30}) {
    return asked([](Connection& rows) { return testing::numbers(rows); }, patience);
  }

  // What became of it: "now", "before" or the kind of its failure.
  std::future<std::string> recorded(std::int64_t n, std::int64_t v) {
    auto promise = std::make_shared<std::promise<std::string>>();
    service().record(
        {.claim = testing::putting(n, v),
         .done = [promise](Said said) { promise->set_value(said == Said::now ? "now" : "before"); },
         .failed =
             [promise](const Error& error) {
               promise->set_value(std::string(to_string(error.kind())));
             }});
    return promise->get_future();
  }

  // While the store is opened again, what comes is to be asked again.
  Numbers numbers_at_last() {
    while (true) {
      try {
        return asked_numbers().get();
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::busy);
        std::this_thread::yield();
      }
    }
  }

  // Keeps the applying thread busy until the gate opens.
  void block_applier(std::shared_future<void> gate) {
    std::promise<void> begun;
    service().administer({.work =
                              [&begun, gate](Store&) {
                                begun.set_value();
                                gate.wait();
                              },
                          .failed = [](const Error&) {}});
    begun.get_future().wait();
  }

  // A question is over a moment after its answer.
  void wait_until_idle() {
    while (service().state().questions > 0) std::this_thread::yield();
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path path_ = folder_.file("a.duckdb");
  Domain domain_ = testing::toy_domain();
  OpenOptions options_;
  ServiceOptions service_options_;
  std::optional<Service> service_;
};

template <class T>
ErrorKind kind_of_failure(std::future<T> answer) {
  try {
    (void)answer.get();
  } catch (const Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "no error";
  return ErrorKind::bug;
}

}  // namespace shelduck::store
