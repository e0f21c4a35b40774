// CSV rows of a file that know how much of it was read: of a packed file its packed bytes.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "shelduck/interop/text_rows.hpp"

namespace shelduck::cli {

// `name` is the file's, for messages. Of a pipe nobody knows how much will come. Failure: see
// interop::CsvRows and interop::logs::open_file.
[[nodiscard]] std::unique_ptr<interop::TextRows> measured_csv(const std::filesystem::path& path,
                                                              std::string name);

}  // namespace shelduck::cli
