// Runs SQL in a database file, made where there is none: tests use it to make foreign and newer
// databases, and Parquet files below their folder.
//
//   database_script FILE 'CREATE TABLE books (title VARCHAR)'
#include <cstdio>
#include <exception>
#include <filesystem>

#include "shelduck/store/connection.hpp"
#include "shelduck/store/database.hpp"

int main(int count, char** arguments) {
  if (count != 3) {
    std::fputs("usage: database_script FILE SQL\n", stderr);
    return 2;
  }
  try {
    using namespace shelduck::store;
    const std::filesystem::path folder = std::filesystem::absolute(arguments[1]).parent_path();
    Database database = Database::open(
        arguments[1], {.locking = Locking::none, .threads = 1, .export_directories = {folder}});
    Connection{database}.run_script(arguments[2]);
    database.close();
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "database_script: %s\n", failure.what());
    return 1;
  }
}
