// A server on loopback with a route for each way in which a handler may behave.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "shelduck/core/error.hpp"
#include "shelduck/http/client_for_test.hpp"
#include "shelduck/http/feed.hpp"
#include "shelduck/http/server.hpp"

namespace shelduck::http {

class ServerTest : public testing::Test {
 protected:
  ~ServerTest() override {
    if (late_.joinable()) late_.join();
  }

  ServerOptions options() {
    return {.port = 0,
            .limits = limits_,
            .clock = system_clock(),
            .random = system_random(),
            .served = [this](const Served& served) {
              const std::scoped_lock lock{mutex_};
              served_.push_back(served);
            }};
  }

  std::vector<Route> routes() {
    return {
        {.method = Method::get,
         .path = "/ping",
         .scope = Scope::open,
         .handler =
             [](Request, const Respond& respond) {
               respond({.content_type = "text/plain", .body = "pong"});
             }},
        {.method = Method::post,
         .path = "/echo",
         .handler =
             [](Request request, const Respond& respond) {
               respond({.content_type = "text/plain", .body = std::move(request.body)});
             }},
        {.method = Method::post,
         .path = "/held",
         .handler =
             [this](const Request& request, const Respond& respond) {
               released_.wait();
               respond({.content_type = "text/plain", .body = std::to_string(request.body.size())});
             }},
        {.method = Method::get,
         .path = "/late",
         .handler =
             [this](Request, const Respond& respond) {
               late_ = std::thread{[this, respond] {
                 gate_.get_future().wait();
                 respond({.content_type = "text/plain", .body = "late"});
               }};
               is_late_begun_ = true;
             }},
        {.method = Method::get,
         .path = "/watched",
         .handler =
             [this](const Request& request, const Respond& respond) {
               request.departure->on([this, respond] {
                 if (departures_++ == 0) respond({.status = 503, .body = "nobody waits"});
               });
               is_late_begun_ = true;
             }},
        {.method = Method::get,
         .path = "/feed",
         .handler =
             [this](Request, const Respond& respond) {
               const auto feed = std::make_shared<Feed>(256U << 10U);
               respond({.content_type = "text/plain", .body = "head;", .feed = feed});
               const std::scoped_lock lock{mutex_};
               feed_ = feed;
             }},
        {.method = Method::get, .path = "/silent", .handler = [](Request, const Respond&) {}},
        {.method = Method::get, .path = "/broken", .handler = [](Request, const Respond&) {
           throw Error{ErrorKind::busy, "later"};
         }}};
  }

  Server& server() {
    if (!server_) {
      server_ = std::make_unique<Server>(routes(), options());
      server_->start();
    }
    return *server_;
  }

  std::string ask(const std::string& text) {
    Client client{server().port()};
    client.say(text);
    return client.hear();
  }

  Limits limits_;
  std::mutex mutex_;
  std::vector<Served> served_;  // guarded by mutex_
  std::promise<void> gate_;
  std::promise<void> release_;
  const std::shared_future<void> released_{release_.get_future()};
  std::thread late_;
  std::atomic<bool> is_late_begun_{false};
  std::atomic<int> departures_{0};
  std::weak_ptr<Feed> feed_;  // guarded by mutex_

  // Waits until the route was called.
  std::shared_ptr<Feed> feed() {
    while (true) {
      {
        const std::scoped_lock lock{mutex_};
        if (auto found = feed_.lock()) return found;
      }
      std::this_thread::yield();
    }
  }
  std::unique_ptr<Server> server_;
};

inline const std::string kPing = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";

inline bool has_status(const std::string& answer, int status) {
  return answer.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

}  // namespace shelduck::http
