// The few file operations of the store that are not the journal's. Private to the store.
#pragma once

#include <filesystem>
#include <string_view>

namespace shelduck::store::detail {

// Names made, changed or removed in the folder are on the disk afterwards.
void sync_directory(const std::filesystem::path& folder);

// The content is on the disk afterwards.
void sync_file(const std::filesystem::path& file);

// Content, name and folder are on the disk afterwards; replaces a file of that name as a whole.
void write_durably(const std::filesystem::path& file, std::string_view content);

// Rename within one file system, then sync of both folders.
void rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

// What engines keep beside a database file goes where that went: for a file that is closed.
void move_logs(const std::filesystem::path& database, const std::filesystem::path& to);

// A whole copy under a name that is free, not synced; what fails names the file and the reason.
void copy_plain_file(const std::filesystem::path& from, const std::filesystem::path& to);

// Folder part, "." where there is none.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& path);

// A free name beside `path`: path + "." + word, with a number where that is taken.
[[nodiscard]] std::filesystem::path free_name(const std::filesystem::path& path,
                                              std::string_view word);

// Makes the folder and its parents, mode 0700.
void make_folder(const std::filesystem::path& folder);

// What root makes in a folder of another user belongs to that user; nothing for anybody else.
void adopt_folder_owner(const std::filesystem::path& path) noexcept;

}  // namespace shelduck::store::detail
