// Destination is where an export goes: standard output, the file of --output, --out or --scores
// (without --scores nothing is written), or for formats of several files the folder of --output.
// Files and folders get their names with commit().
//
// Failure: Error as OutputFile and OutputFolder say, and invalid_input where a format of several
// files was asked for without --output. Threads: one; the request is borrowed.
#pragma once

#include <optional>
#include <string_view>

#include "shelduck/cli/output_file.hpp"
#include "shelduck/cli/output_folder.hpp"
#include "shelduck/cli/request.hpp"

namespace shelduck::cli {

class Destination {
 public:
  // Sets the request's output, or its folder.
  explicit Destination(Request& request);
  Destination(const Destination&) = delete;
  Destination& operator=(const Destination&) = delete;

  void commit();

 private:
  // Whether the command has such an option; where it was given, the request's output leads there.
  bool takes_row_file(Request& request, std::string_view name);
  void write(std::string_view bytes);

  std::optional<OutputFile> file_;
  std::optional<OutputFolder> folder_;
};

}  // namespace shelduck::cli
