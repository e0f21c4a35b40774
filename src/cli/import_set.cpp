#include "shelduck/cli/import_set.hpp"

#include <algorithm>

#include "shelduck/core/error.hpp"
#include "shelduck/interop/logs/log_files.hpp"
#include "shelduck/interop/logs/standard_paths.hpp"

namespace shelduck::cli {
namespace {

namespace logs = interop::logs;

// The named files of one folder that belong to one log.
struct Group {
  std::filesystem::path folder;
  std::string log;  // history.log
  std::vector<std::string> names;
};

std::vector<Group> groups_of(const std::vector<std::filesystem::path>& files) {
  std::vector<Group> groups;
  for (const std::filesystem::path& file : files) {
    const std::string name = file.filename().string();
    const std::string log = logs::without_rotation(name);
    const auto known = std::find_if(groups.begin(), groups.end(), [&](const Group& group) {
      return group.folder == file.parent_path() && group.log == log;
    });
    if (known == groups.end()) {
      groups.push_back({file.parent_path(), log, {name}});
    } else {
      known->names.push_back(name);
    }
  }
  return groups;
}

}  // namespace

std::vector<ImportSet> import_sets(logs::Format format,
                                   const std::vector<std::filesystem::path>& files,
                                   const std::string& host) {
  if (files.empty()) {
    const auto standard = logs::standard_path(format);
    if (standard) {
      const std::string path{*standard};
      return {{logs::rotated_files(path), logs::source_name(format, path, host)}};
    }
    throw Error{ErrorKind::invalid_input,
                std::string(to_string(format)) + " has no standard path: name a file",
                {.field = "FILE", .rule = "at least one file"}};
  }
  std::vector<ImportSet> sets;
  for (const Group& group : groups_of(files)) {
    ImportSet set{.paths = {},
                  .source = logs::source_name(format, (group.folder / group.log).string(), host)};
    for (const std::string& name : logs::rotated_set(group.log, group.names)) {
      set.paths.push_back((group.folder / name).string());
    }
    sets.push_back(std::move(set));
  }
  return sets;
}

}  // namespace shelduck::cli
