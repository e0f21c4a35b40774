// Small files read and written as a whole.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "shelduck/journal/file_system.hpp"

namespace shelduck::journal {

// None when there is no such file; Error corrupt when it is larger than `bytes_max`.
[[nodiscard]] std::optional<std::string> read_whole(FileSystem& files, const std::string& path,
                                                    std::size_t bytes_max);

// A new file with these bytes, on the disk but for its name. Error conflict when the name is taken.
void write_synced(FileSystem& files, const std::string& path, std::string_view bytes);

}  // namespace shelduck::journal
