// For tests of this room: a folder of its own, and SQLite files in it.
#pragma once

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's

#include <filesystem>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

namespace shelduck::interop {

class OldSensorFolder {
 public:
  OldSensorFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "shelduck-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    path_ = name;
  }
  ~OldSensorFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  OldSensorFolder(const OldSensorFolder&) = delete;
  OldSensorFolder& operator=(const OldSensorFolder&) = delete;

  [[nodiscard]] std::filesystem::path at(const std::string& name) const { return path_ / name; }

  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      names.insert(entry.path().filename().string());
    }
    return names;
  }

 private:
  std::filesystem::path path_;
};

// Whoever writes the file beside us.
class OldWriter {
 public:
  explicit OldWriter(const std::filesystem::path& file) {
    sqlite3* made = nullptr;
    const int code = sqlite3_open(file.c_str(), &made);
    handle_.reset(made);
    if (code != SQLITE_OK) throw std::runtime_error(sqlite3_errmsg(made));
  }

  void run(const std::string& sql) const {
    if (sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
    throw std::runtime_error(sqlite3_errmsg(handle_.get()));
  }

 private:
  struct Close {
    void operator()(sqlite3* handle) const { (void)sqlite3_close(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace shelduck::interop
