// Inquiry is what a question works with: rows to read, and the way to store what it found out. In a
// short command both are the owner's; in a server the connection is the question's own and the
// records go to the thread that applies.
//
// Threads: one. Failure: as Connection::query and Store::write.
#pragma once

#include <functional>
#include <span>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/domain.hpp"
#include "shelduck/store/transaction.hpp"

namespace shelduck::cli {

struct Inquiry {
  store::Connection& connection;
  // Durable when it returns, and there for every question that is asked afterwards.
  std::function<void(std::span<const store::Record>)> write;
  // The state of the rows that the answer is to be of, where the caller holds one; else the
  // question may begin one of its own.
  store::Transaction* snapshot = nullptr;
};

}  // namespace shelduck::cli
