// A fresh folder for each test, and a database in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "shelduck/core/error.hpp"
#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"

namespace shelduck::store::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shelduck-store-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw system_error("mkdtemp", name, errno);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path file(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

class TemporaryDatabase {
 public:
  explicit TemporaryDatabase(std::string_view script = "") { connection.run_script(script); }

  [[nodiscard]] std::int64_t count(std::string_view table) {
    return connection.value<std::int64_t>("SELECT count(*) FROM " + std::string(table));
  }

  TemporaryFolder folder;
  Database database = Database::open(folder.file("test.duckdb"), {});
  Connection connection{database};
};

// The Error that a function throws; the test fails where it throws none.
inline Error error_of(const std::function<void()>& function) {
  try {
    function();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "no error was thrown";
  return Error{ErrorKind::bug, "no error was thrown"};
}

}  // namespace shelduck::store::testing
